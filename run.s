.attribute arch, "rv64gc_zalasr"
.globl _start
_start: la a0, x
 li a1, -2
 sd.rl a1,(a0)
 lb.aq a2,(a0)
 sub a3, a1, a2
 lr.d t0,(a0)
 ld.aq t1,(a0)
 sc.d a4, t1, (a0)
 or a3,a3,a4
 addi a0,a0,1
 sb.rl a0,(a0)
 mv a0, a3
 li a7,93
 ecall
.data
.balign 8
x: .quad 0
