# The runtime of an exported program: it performs every run of the table rv_cases and reports on standard output. A row
# is the function of the run, the table of its globals (address and size), the size of its result, and the address of
# its arguments, which the function is passed, each 8 bytes; a row whose function is 0 ends the table. A report is the
# code of the end (8 bytes), the result, and the globals. The globals are put back after each run.
	.option norvc
	.align 3
cases_at:	.dword 0	# address of rv_cases
result_at:	.dword 0	# address of rv_result
frame_at:	.dword 0	# address of 64 bytes: what a run that does not return leaves behind
thread_at:	.dword 0	# address of memory for tp to point to
_start:
	andi	sp, sp, -16
	lla	t0, thread_at
	ld	tp, 0(t0)
	lla	t0, cases_at
	ld	s0, 0(t0)
next_run:
	ld	t0, 0(s0)
	beqz	t0, done
	# Copies of the globals go below the stack.
	mv	s3, sp
	ld	s2, 8(s0)
save:	ld	a1, 0(s2)
	beqz	a1, saved
	ld	a2, 8(s2)
	sub	sp, sp, a2
	andi	sp, sp, -16
	mv	a0, sp
	call	memmove
	addi	s2, s2, 16
	j	save
saved:	lla	t0, frame_at
	ld	t0, 0(t0)
	sd	sp, 0(t0)
	sd	s0, 8(t0)
	sd	s3, 16(t0)
	sd	zero, 24(t0)
	ld	t1, 0(s0)
	ld	a0, 24(s0)
	jalr	t1
ended:	lla	t0, frame_at
	ld	t0, 0(t0)
	addi	a1, t0, 24
	li	a2, 8
	call	write_all
	lla	a1, result_at
	ld	a1, 0(a1)
	ld	a2, 16(s0)
	call	write_all
	ld	s2, 8(s0)
	mv	s4, s3
restore:
	ld	a1, 0(s2)
	beqz	a1, restored
	ld	a2, 8(s2)
	call	write_all
	ld	a0, 0(s2)
	ld	a2, 8(s2)
	sub	s4, s4, a2
	andi	s4, s4, -16
	mv	a1, s4
	call	memmove
	addi	s2, s2, 16
	j	restore
restored:
	mv	sp, s3
	addi	s0, s0, 32
	j	next_run
done:	li	a0, 0
	li	a7, 94		# exit_group
	ecall

# rv_end ends a run with a code in a0: it returns to where the run was called from.
	.align 3
rv_end:
	lla	t0, frame_at
	ld	t0, 0(t0)
	slli	a0, a0, 32
	srli	a0, a0, 32
	sd	a0, 24(t0)
	ld	sp, 0(t0)
	ld	s0, 8(t0)
	ld	s3, 16(t0)
	lla	ra, ended
	ret

# write_all writes a2 bytes at a1 to standard output.
write_all:
	beqz	a2, written
	li	a0, 1
	li	a7, 64		# write
	ecall
	blez	a0, broken
	add	a1, a1, a0
	sub	a2, a2, a0
	j	write_all
written:
	ret
broken:	li	a0, 3
	li	a7, 94
	ecall

	.align 3
memcpy:
memmove:
	mv	t0, a0
	bltu	a1, a0, backward
	or	t1, a0, a1
	andi	t1, t1, 7
	bnez	t1, bytes
	li	t2, 8
words:	bltu	a2, t2, bytes
	ld	t1, 0(a1)
	sd	t1, 0(t0)
	addi	a1, a1, 8
	addi	t0, t0, 8
	addi	a2, a2, -8
	j	words
bytes:	beqz	a2, moved
	lbu	t1, 0(a1)
	sb	t1, 0(t0)
	addi	a1, a1, 1
	addi	t0, t0, 1
	addi	a2, a2, -1
	j	bytes
backward:
	add	a1, a1, a2
	add	t0, t0, a2
back:	beqz	a2, moved
	addi	a1, a1, -1
	addi	t0, t0, -1
	addi	a2, a2, -1
	lbu	t1, 0(a1)
	sb	t1, 0(t0)
	j	back
moved:	ret

	.align 3
memset:	mv	t0, a0
set:	beqz	a2, filled
	sb	a1, 0(t0)
	addi	t0, t0, 1
	addi	a2, a2, -1
	j	set
filled:	ret

	.align 3
memcmp:
bcmp:	beqz	a2, equal
	lbu	t0, 0(a0)
	lbu	t1, 0(a1)
	bne	t0, t1, differ
	addi	a0, a0, 1
	addi	a1, a1, 1
	addi	a2, a2, -1
	j	bcmp
differ:	sub	a0, t0, t1
	ret
equal:	li	a0, 0
	ret

# __muloti4 multiplies integers of 128 bits in a0:a1 and a2:a3 and stores whether the product overflows where a4 points.
# It multiplies the magnitudes and then looks at the sign of the result.
	.align 3
__muloti4:
	srai	t0, a1, 63
	xor	a0, a0, t0
	xor	a1, a1, t0
	sub	a0, a0, t0
	seqz	t1, a0
	and	t1, t1, t0
	add	a1, a1, t1
	srai	t2, a3, 63
	xor	a2, a2, t2
	xor	a3, a3, t2
	sub	a2, a2, t2
	seqz	t1, a2
	and	t1, t1, t2
	add	a3, a3, t1
	xor	t0, t0, t2	# -1 for a negative product
	mul	t4, a0, a2
	mulhu	t3, a0, a2
	snez	t1, a1
	snez	t2, a3
	and	t5, t1, t2	# not 0: the magnitude exceeds 128 bits
	mulhu	t1, a1, a2
	or	t5, t5, t1
	mul	t2, a1, a2
	add	t3, t3, t2
	sltu	t2, t3, t2
	or	t5, t5, t2
	mulhu	t1, a3, a0
	or	t5, t5, t1
	mul	t2, a3, a0
	add	t3, t3, t2
	sltu	t2, t3, t2
	or	t5, t5, t2
	or	t6, t3, t4	# 0 for a product of 0
	xor	a0, t4, t0
	xor	a1, t3, t0
	sub	a0, a0, t0
	seqz	t1, a0
	and	t1, t1, t0
	add	a1, a1, t1
	srai	t1, a1, 63
	xor	t1, t1, t0
	snez	t1, t1
	snez	t6, t6
	and	t1, t1, t6
	or	t5, t5, t1
	snez	t5, t5
	sw	t5, 0(a4)
	ret
