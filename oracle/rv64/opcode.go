package rv64

// opcode names one operation of the machine. A compressed form decodes to the operation that it abbreviates; only its
// length differs.
type opcode uint16

const (
	opNone        opcode = iota // a place that has not been decoded yet
	opIllegal                   // no instruction of the machine
	opUnsupported               // an instruction that the machine lacks
	opOutside                   // the halfword after the last one of a code region
	opSpecial                   // a place with a hook or location records in front of its instruction

	// RV64I
	opLui
	opAuipc
	opJal
	opJalr
	opBeq
	opBne
	opBlt
	opBge
	opBltu
	opBgeu
	opLb
	opLh
	opLw
	opLd
	opLbu
	opLhu
	opLwu
	opSb
	opSh
	opSw
	opSd
	opAddi
	opSlti
	opSltiu
	opXori
	opOri
	opAndi
	opSlli
	opSrli
	opSrai
	opAdd
	opSub
	opSll
	opSlt
	opSltu
	opXor
	opSrl
	opSra
	opOr
	opAnd
	opAddiw
	opSlliw
	opSrliw
	opSraiw
	opAddw
	opSubw
	opSllw
	opSrlw
	opSraw
	opFence
	opFenceI
	opEcall
	opEbreak

	// M
	opMul
	opMulh
	opMulhsu
	opMulhu
	opDiv
	opDivu
	opRem
	opRemu
	opMulw
	opDivw
	opDivuw
	opRemw
	opRemuw

	// Zicond
	opCzeroEqz
	opCzeroNez

	// Zba
	opAddUw
	opSh1add
	opSh2add
	opSh3add
	opSh1addUw
	opSh2addUw
	opSh3addUw
	opSlliUw

	// Zbb
	opAndn
	opOrn
	opXnor
	opClz
	opCtz
	opCpop
	opClzw
	opCtzw
	opCpopw
	opMax
	opMaxu
	opMin
	opMinu
	opSextB
	opSextH
	opZextH
	opRol
	opRor
	opRori
	opRolw
	opRorw
	opRoriw
	opOrcB
	opRev8

	// Zbs
	opBclr
	opBext
	opBinv
	opBset
	opBclri
	opBexti
	opBinvi
	opBseti

	// Zbc, Zbkb, Zbkx
	opClmul
	opClmulh
	opClmulr
	opPack
	opPackh
	opPackw
	opBrev8
	opXperm4
	opXperm8

	// Zknd, Zkne, Zknh, Zksed, Zksh
	opAes64ds
	opAes64dsm
	opAes64es
	opAes64esm
	opAes64im
	opAes64ks1i
	opAes64ks2
	opSha256sig0
	opSha256sig1
	opSha256sum0
	opSha256sum1
	opSha512sig0
	opSha512sig1
	opSha512sum0
	opSha512sum1
	opSm3p0
	opSm3p1
	opSm4ed
	opSm4ks

	// Zimop and Zcmop: may-be operations, which here write zero and nothing.
	opMopR
	opMopRr
	opCMop

	// Zicsr, in the order of funct3
	opCsrrw
	opCsrrs
	opCsrrc
	opCsrrwi
	opCsrrsi
	opCsrrci

	firstAmo
)

// A, Zacas, Zabha: four widths each.
const (
	opAmoswapB, opAmoswapH, opAmoswapW, opAmoswapD = firstAmo + 4*iota, firstAmo + 4*iota + 1, firstAmo + 4*iota + 2, firstAmo + 4*iota + 3
	opAmoaddB, opAmoaddH, opAmoaddW, opAmoaddD
	opAmoxorB, opAmoxorH, opAmoxorW, opAmoxorD
	opAmoandB, opAmoandH, opAmoandW, opAmoandD
	opAmoorB, opAmoorH, opAmoorW, opAmoorD
	opAmominB, opAmominH, opAmominW, opAmominD
	opAmomaxB, opAmomaxH, opAmomaxW, opAmomaxD
	opAmominuB, opAmominuH, opAmominuW, opAmominuD
	opAmomaxuB, opAmomaxuH, opAmomaxuW, opAmomaxuD
	opAmocasB, opAmocasH, opAmocasW, opAmocasD
)

const (
	opAmocasQ = opAmocasD + 1 + iota
	opLrW
	opLrD
	opScW
	opScD

	// Zalasr
	opLbAq
	opLhAq
	opLwAq
	opLdAq
	opSbRl
	opShRl
	opSwRl
	opSdRl

	// Zawrs, Zicbom, Zicboz
	opWrsNto
	opWrsSto
	opCboInval
	opCboClean
	opCboFlush
	opCboZero

	// Loads and stores of floats
	opFlh
	opFlw
	opFld
	opFsh
	opFsw
	opFsd

	firstFloat
)

// Floats: three formats each.
const (
	opFaddS, opFaddD, opFaddH = firstFloat + 3*iota, firstFloat + 3*iota + 1, firstFloat + 3*iota + 2
	opFsubS, opFsubD, opFsubH
	opFmulS, opFmulD, opFmulH
	opFdivS, opFdivD, opFdivH
	opFsqrtS, opFsqrtD, opFsqrtH
	opFmaddS, opFmaddD, opFmaddH
	opFmsubS, opFmsubD, opFmsubH
	opFnmsubS, opFnmsubD, opFnmsubH
	opFnmaddS, opFnmaddD, opFnmaddH
	opFsgnjS, opFsgnjD, opFsgnjH
	opFsgnjnS, opFsgnjnD, opFsgnjnH
	opFsgnjxS, opFsgnjxD, opFsgnjxH
	opFminS, opFminD, opFminH
	opFmaxS, opFmaxD, opFmaxH
	opFminmS, opFminmD, opFminmH
	opFmaxmS, opFmaxmD, opFmaxmH
	opFroundS, opFroundD, opFroundH
	opFroundnxS, opFroundnxD, opFroundnxH
	opFliS, opFliD, opFliH
	opFeqS, opFeqD, opFeqH
	opFltS, opFltD, opFltH
	opFleS, opFleD, opFleH
	opFleqS, opFleqD, opFleqH
	opFltqS, opFltqD, opFltqH
	opFclassS, opFclassD, opFclassH
	opFcvtWS, opFcvtWD, opFcvtWH
	opFcvtWuS, opFcvtWuD, opFcvtWuH
	opFcvtLS, opFcvtLD, opFcvtLH
	opFcvtLuS, opFcvtLuD, opFcvtLuH
	opFcvtSW, opFcvtDW, opFcvtHW
	opFcvtSWu, opFcvtDWu, opFcvtHWu
	opFcvtSL, opFcvtDL, opFcvtHL
	opFcvtSLu, opFcvtDLu, opFcvtHLu
	opFmvXW, opFmvXD, opFmvXH
	opFmvWX, opFmvDX, opFmvHX
)

// Floats: between formats, and Zfa's modular conversion.
const (
	opFcvtSD = opFmvHX + 1 + iota
	opFcvtDS
	opFcvtSH
	opFcvtHS
	opFcvtDH
	opFcvtHD
	opFcvtmodWD
	opFcvtBf16S
	opFcvtSBf16

	opCount // the vector instructions follow, in the order of vectorRows
)

// inst is one decoded instruction: what the engines execute. It is kept to 16 bytes because a code region holds one for
// each of its halfwords.
//
// rd of an instruction that writes an integer register is sink if the instruction names x0, so that the engines need
// not test for it.
type inst struct {
	op     opcode
	rd     uint8
	rs1    uint8
	rs2    uint8
	rs3    uint8 // third source of a fused multiply-add
	rm     uint8 // rounding mode as encoded; 7 is the dynamic one
	length uint8 // in bytes: 2 or 4
	imm    int64
}

// sink is the register number that receives what is written to x0.
const sink = 32

// kind is how an instruction is executed: which operands it reads, which it writes, and what else it does.
type kind uint8

const (
	kindIllegal kind = iota
	kindReg          // x[rd] = alu(x[rs1], x[rs2])
	kindImm          // x[rd] = alu(x[rs1], imm)
	kindReg3         // x[rd] = fp(nil, x[rs1], x[rs2], imm)
	kindConst        // x[rd] = imm
	kindPC           // x[rd] = pc + imm
	kindLoad         // x[rd] = extended memory at x[rs1] + imm
	kindStore        // memory at x[rs1] + imm = x[rs2]
	kindLoadF        // f[rd] = boxed memory at x[rs1] + imm
	kindStoreF       // memory at x[rs1] + imm = f[rs2]
	kindBranch       // pc += imm if alu(x[rs1], x[rs2]) != 0
	kindJump         // x[rd] = pc + length; pc += imm
	kindJumpReg      // x[rd] = pc + length; pc = (x[rs1] + imm) with bit 0 clear
	kindFloat        // see row.fp
	kindAmo          // x[rd] = memory at x[rs1]; memory = alu(memory, x[rs2])
	kindCas          // compare and swap, operands x[rd], x[rs2]
	kindCas128       // the same of register pairs
	kindLR           // load and reserve, or of Zalasr only load
	kindSC           // store if reserved
	kindCSR          // read and change a control register
	kindFence        // nothing to do in a machine with one hart
	kindFenceI       // forget decoded instructions
	kindCboZero      // clear a block of memory
	kindCbo          // check the rights to a block of memory
	kindEcall        // call the environment
	kindEbreak       // break
	kindVector       // see row.vector
)

// row is all that the engines know of one operation.
type row struct {
	name string
	kind kind
	// alu returns the result of an integer operation, the outcome of a branch's comparison, or the new memory of an
	// atomic.
	alu func(a, b uint64) uint64
	// mask returns the defined bits of the result, from the operands and their masks; nil means none unless both
	// operands are completely defined.
	mask func(a, b, ma, mb uint64) uint64
	// size is the width of a memory access in bytes; signed means that what a load or atomic reads is sign-extended.
	size   uint8
	signed bool
	// fp computes a float operation on args operands of format in, with a result of format out; rounds means that the
	// instruction has a rounding mode.
	fp     func(e *environment, a, b, c uint64) uint64
	in     *format
	out    *format
	args   uint8
	rounds bool
	// clearsSign means that the sign of the result is 0 where both operands are one register.
	clearsSign bool
	vector     *vectorRow
	quick      *vectorQuick
	// address means that the result is derived from sp if one operand is.
	address bool
	// host executes the operation with the host's arithmetic, or returns false; nil if there is no such way.
	host func(m *Machine, s *inst) bool
}

// addressOps are the operations by which compilers derive one address from another.
var addressOps = []opcode{opAddi, opAdd, opSub, opAndi, opAnd, opAddUw, opSh1add, opSh2add, opSh3add, opSh1addUw, opSh2addUw, opSh3addUw}

// rows describes every operation, indexed by opcode. It is built once and never changed.
var rows = buildRows()

func buildRows() []row {
	table := make([]row, int(opCount)+len(vectorRows))
	for _, part := range []map[opcode]row{baseRows, bitRows, cryptoRows, amoRows, systemRows} {
		for op, r := range part {
			table[op] = r
		}
	}
	for _, r := range floatRows {
		for i, f := range []*format{single, double, half} {
			table[r.op+opcode(i)] = r.of(f)
		}
	}
	for _, r := range conversionRows {
		table[r.op] = row{name: r.name, kind: kindFloat, fp: r.fp, in: r.in, out: r.out, args: 1, rounds: r.rounds}
	}
	for _, op := range addressOps {
		table[op].address = true
	}
	for op, host := range hostRows {
		table[op].host = host
	}
	quick := quickVectors()
	for i := range vectorRows {
		table[int(opCount)+i] = row{name: vectorRows[i].name, kind: kindVector, vector: &vectorRows[i], quick: quick[vectorRows[i].name]}
	}
	return table
}
