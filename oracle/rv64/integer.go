package rv64

import (
	"math"
	"math/bits"
)

// sext32 sign-extends the low 32 bits, as every W operation does.
func sext32(v uint64) uint64 { return uint64(int64(int32(v))) }

func boolBit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func signedLess(a, b uint64) bool { return int64(a) < int64(b) }

// baseRows are RV64I, M and Zicond.
var baseRows = map[opcode]row{
	opIllegal:     {name: "illegal"},
	opUnsupported: {name: "unsupported"},
	opOutside:     {name: "outside"},
	opSpecial:     {name: "special"},

	opLui:   {name: "lui", kind: kindConst},
	opAuipc: {name: "auipc", kind: kindPC},
	opJal:   {name: "jal", kind: kindJump},
	opJalr:  {name: "jalr", kind: kindJumpReg},

	opBeq:  {name: "beq", kind: kindBranch, alu: seq, mask: maskEqual},
	opBne:  {name: "bne", kind: kindBranch, alu: sne, mask: maskEqual},
	opBlt:  {name: "blt", kind: kindBranch, alu: slt, mask: maskLess},
	opBge:  {name: "bge", kind: kindBranch, alu: sge, mask: maskLess},
	opBltu: {name: "bltu", kind: kindBranch, alu: sltu, mask: maskLessUnsigned},
	opBgeu: {name: "bgeu", kind: kindBranch, alu: sgeu, mask: maskLessUnsigned},

	opLb:  {name: "lb", kind: kindLoad, size: 1, signed: true},
	opLh:  {name: "lh", kind: kindLoad, size: 2, signed: true},
	opLw:  {name: "lw", kind: kindLoad, size: 4, signed: true},
	opLd:  {name: "ld", kind: kindLoad, size: 8},
	opLbu: {name: "lbu", kind: kindLoad, size: 1},
	opLhu: {name: "lhu", kind: kindLoad, size: 2},
	opLwu: {name: "lwu", kind: kindLoad, size: 4},
	opSb:  {name: "sb", kind: kindStore, size: 1},
	opSh:  {name: "sh", kind: kindStore, size: 2},
	opSw:  {name: "sw", kind: kindStore, size: 4},
	opSd:  {name: "sd", kind: kindStore, size: 8},

	opAddi:  {name: "addi", kind: kindImm, alu: add, mask: maskAdd},
	opSlti:  {name: "slti", kind: kindImm, alu: slt, mask: maskLess},
	opSltiu: {name: "sltiu", kind: kindImm, alu: sltu, mask: maskLessUnsigned},
	opXori:  {name: "xori", kind: kindImm, alu: xor, mask: maskBoth},
	opOri:   {name: "ori", kind: kindImm, alu: or, mask: maskOr},
	opAndi:  {name: "andi", kind: kindImm, alu: and, mask: maskAnd},
	opSlli:  {name: "slli", kind: kindImm, alu: sll, mask: maskSll},
	opSrli:  {name: "srli", kind: kindImm, alu: srl, mask: maskSrl},
	opSrai:  {name: "srai", kind: kindImm, alu: sra, mask: maskSra},
	opAdd:   {name: "add", kind: kindReg, alu: add, mask: maskAdd},
	opSub:   {name: "sub", kind: kindReg, alu: sub, mask: maskSub},
	opSll:   {name: "sll", kind: kindReg, alu: sll, mask: maskSll},
	opSlt:   {name: "slt", kind: kindReg, alu: slt, mask: maskLess},
	opSltu:  {name: "sltu", kind: kindReg, alu: sltu, mask: maskLessUnsigned},
	opXor:   {name: "xor", kind: kindReg, alu: xor, mask: maskBoth},
	opSrl:   {name: "srl", kind: kindReg, alu: srl, mask: maskSrl},
	opSra:   {name: "sra", kind: kindReg, alu: sra, mask: maskSra},
	opOr:    {name: "or", kind: kindReg, alu: or, mask: maskOr},
	opAnd:   {name: "and", kind: kindReg, alu: and, mask: maskAnd},
	opAddiw: {name: "addiw", kind: kindImm, alu: addw, mask: wordMask(maskAdd)},
	opSlliw: {name: "slliw", kind: kindImm, alu: sllw, mask: maskSllw},
	opSrliw: {name: "srliw", kind: kindImm, alu: srlw, mask: maskSrlw},
	opSraiw: {name: "sraiw", kind: kindImm, alu: sraw, mask: maskSraw},
	opAddw:  {name: "addw", kind: kindReg, alu: addw, mask: wordMask(maskAdd)},
	opSubw:  {name: "subw", kind: kindReg, alu: subw, mask: wordMask(maskSub)},
	opSllw:  {name: "sllw", kind: kindReg, alu: sllw, mask: maskSllw},
	opSrlw:  {name: "srlw", kind: kindReg, alu: srlw, mask: maskSrlw},
	opSraw:  {name: "sraw", kind: kindReg, alu: sraw, mask: maskSraw},

	opMul:    {name: "mul", kind: kindReg, alu: mul, mask: maskMul},
	opMulh:   {name: "mulh", kind: kindReg, alu: mulh},
	opMulhsu: {name: "mulhsu", kind: kindReg, alu: mulhsu},
	opMulhu:  {name: "mulhu", kind: kindReg, alu: mulhu},
	opDiv:    {name: "div", kind: kindReg, alu: div},
	opDivu:   {name: "divu", kind: kindReg, alu: divu},
	opRem:    {name: "rem", kind: kindReg, alu: rem},
	opRemu:   {name: "remu", kind: kindReg, alu: remu},
	opMulw:   {name: "mulw", kind: kindReg, alu: mulw, mask: wordMask(maskMul)},
	opDivw:   {name: "divw", kind: kindReg, alu: func(a, b uint64) uint64 { return sext32(div(sext32(a), sext32(b))) }, mask: maskWordOnly},
	opDivuw:  {name: "divuw", kind: kindReg, alu: func(a, b uint64) uint64 { return sext32(divu(uint64(uint32(a)), uint64(uint32(b)))) }, mask: maskWordOnly},
	opRemw:   {name: "remw", kind: kindReg, alu: func(a, b uint64) uint64 { return sext32(rem(sext32(a), sext32(b))) }, mask: maskWordOnly},
	opRemuw:  {name: "remuw", kind: kindReg, alu: func(a, b uint64) uint64 { return sext32(remu(uint64(uint32(a)), uint64(uint32(b)))) }, mask: maskWordOnly},

	opCzeroEqz: {name: "czero.eqz", kind: kindReg, alu: czeroEqz, mask: maskCzeroEqz},
	opCzeroNez: {name: "czero.nez", kind: kindReg, alu: czeroNez, mask: maskCzeroNez},
}

func add(a, b uint64) uint64  { return a + b }
func sub(a, b uint64) uint64  { return a - b }
func xor(a, b uint64) uint64  { return a ^ b }
func or(a, b uint64) uint64   { return a | b }
func and(a, b uint64) uint64  { return a & b }
func sll(a, b uint64) uint64  { return a << (b & 63) }
func srl(a, b uint64) uint64  { return a >> (b & 63) }
func sra(a, b uint64) uint64  { return uint64(int64(a) >> (b & 63)) }
func seq(a, b uint64) uint64  { return boolBit(a == b) }
func sne(a, b uint64) uint64  { return boolBit(a != b) }
func slt(a, b uint64) uint64  { return boolBit(int64(a) < int64(b)) }
func sge(a, b uint64) uint64  { return boolBit(int64(a) >= int64(b)) }
func sltu(a, b uint64) uint64 { return boolBit(a < b) }
func sgeu(a, b uint64) uint64 { return boolBit(a >= b) }
func addw(a, b uint64) uint64 { return sext32(a + b) }
func subw(a, b uint64) uint64 { return sext32(a - b) }
func sllw(a, b uint64) uint64 { return sext32(a << (b & 31)) }
func srlw(a, b uint64) uint64 { return sext32(uint64(uint32(a) >> (b & 31))) }
func sraw(a, b uint64) uint64 { return uint64(int64(int32(a) >> (b & 31))) }

func mul(a, b uint64) uint64  { return a * b }
func mulw(a, b uint64) uint64 { return sext32(a * b) }

func mulhu(a, b uint64) uint64 {
	high, _ := bits.Mul64(a, b)
	return high
}

// mulh corrects the unsigned product: if a is negative, b<<64 is subtracted.
func mulh(a, b uint64) uint64 { return mulhu(a, b) - uint64(int64(a)>>63)&b - uint64(int64(b)>>63)&a }

func mulhsu(a, b uint64) uint64 { return mulhu(a, b) - uint64(int64(a)>>63)&b }

// div, divu, rem and remu never trap: with a zero divisor the quotient is all ones and the remainder the dividend; in
// the one case of overflow they are the dividend and zero.
func div(a, b uint64) uint64 {
	switch {
	case b == 0:
		return math.MaxUint64
	case b == math.MaxUint64:
		return -a
	}
	return uint64(int64(a) / int64(b))
}

func divu(a, b uint64) uint64 {
	if b == 0 {
		return math.MaxUint64
	}
	return a / b
}

func rem(a, b uint64) uint64 {
	switch {
	case b == 0:
		return a
	case b == math.MaxUint64:
		return 0
	}
	return uint64(int64(a) % int64(b))
}

func remu(a, b uint64) uint64 {
	if b == 0 {
		return a
	}
	return a % b
}

func czeroEqz(a, b uint64) uint64 {
	if b == 0 {
		return 0
	}
	return a
}

func czeroNez(a, b uint64) uint64 {
	if b != 0 {
		return 0
	}
	return a
}
