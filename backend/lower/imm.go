package lower

import (
	"math/bits"

	"github.com/rvfuzz/rvfuzz/isa"
)

// step is one instruction of a constant's sequence: rd = rd op imm, or of zero for the first.
type step struct {
	op  isa.Op
	imm int64
}

// sequence is the steps that make a constant. Eight suffice for any: lui, addiw, and three times slli and addi. A way
// that is tried and not taken may need up to two more, and one for the step that take adds.
type sequence struct {
	steps [maxSteps]step
	n     int
}

const maxSteps = 12

func (s *sequence) push(op isa.Op, imm int64) {
	s.steps[s.n] = step{op, imm}
	s.n++
}

// loadImm appends rd = v. No sequence is longer than what LLVM makes of li without extensions.
func (l *lowerer) loadImm(rd isa.Reg, v int64) {
	s := constant(v)
	for i := range s.n {
		in := isa.Inst{Op: s.steps[i].op, Rd: rd, Rs1: rd, Imm: s.steps[i].imm}
		if i == 0 {
			in.Rs1 = isa.Zero
		}
		l.add(in)
	}
}

// constant tries a few ways and takes the shortest. Work goes backwards from the last instruction: the chain of addi and
// slli alone, an srli of a value without the leading zeros, an xori that turns leading zeros into ones.
func constant(v int64) sequence {
	if v == int64(int32(v)) {
		return constant32(v)
	}
	best := shifted(v)
	if v < 0 && best.n > 2 {
		best.take(shifted(^v), isa.XORI, -1)
	}
	return best
}

// take replaces s by other and one more step if that is shorter.
func (s *sequence) take(other sequence, op isa.Op, imm int64) {
	if other.n+1 < s.n {
		other.push(op, imm)
		*s = other
	}
}

// shifted is the shortest of chain and, for a positive v, of chains with their leading bits shifted out again. The low
// bits that fall out are free: ones and zeros are tried.
func shifted(v int64) sequence {
	best := chain(v)
	if zeros := bits.LeadingZeros64(uint64(v)); v > 0 && best.n > 2 {
		best.take(chain(v<<zeros|(1<<zeros-1)), isa.SRLI, int64(zeros))
		best.take(chain(v<<zeros), isa.SRLI, int64(zeros))
	}
	return best
}

// chain makes a value by addi and slli. An even value is shifted at once, or has its low bits added first.
func chain(v int64) sequence {
	if v == int64(int32(v)) {
		return constant32(v)
	}
	best := unshift(v)
	if lo := low12(v); v&1 == 0 && lo != 0 {
		best.take(unshift(v-lo), isa.ADDI, lo)
	}
	return best
}

// unshift makes a value of more than 32 bits: an odd one from the even one below it, an even one from what is left when
// the trailing zeros are shifted out. Twelve of these stay where lui can make them.
func unshift(v int64) (s sequence) {
	if lo := low12(v); v&1 != 0 {
		s = chain(v - lo)
		s.push(isa.ADDI, lo)
		return s
	}
	zeros := bits.TrailingZeros64(uint64(v))
	if up := v >> max(zeros-12, 0); zeros > 12 && up == int64(int32(up)) && !fits12(v>>zeros) {
		zeros -= 12
	}
	s = chain(v >> zeros)
	s.push(isa.SLLI, int64(zeros))
	return s
}

// constant32 makes a value of 32 bits. addiw and not addi follows lui: lui 0x80000 is negative, and only the sum cut to
// 32 bits is right for 0x7ffff800 and above.
func constant32(v int64) (s sequence) {
	hi, lo := (v+0x800)>>12&0xfffff, low12(v)
	switch {
	case hi == 0:
		s.push(isa.ADDI, lo)
	case lo == 0:
		s.push(isa.LUI, hi)
	default:
		s.push(isa.LUI, hi)
		s.push(isa.ADDIW, lo)
	}
	return s
}
