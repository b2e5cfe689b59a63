package lower

import (
	"math/bits"

	"github.com/rvfuzz/rvfuzz/isa"
)

// step is one instruction of a constant's sequence: rd = rd op imm, with zero in place of the source rd in the first.
type step struct {
	op  isa.Op
	imm int64
}

// sequence is the instructions that load a constant. Eight suffice for any: lui, addiw, and three times slli and addi.
// A candidate that is not taken may need up to two more, and one for the step that take adds.
type sequence struct {
	steps [maxSteps]step
	n     int
}

const maxSteps = 12

func (s *sequence) push(op isa.Op, imm int64) {
	s.steps[s.n] = step{op, imm}
	s.n++
}

// loadImm appends rd = v. No sequence is longer than LLVM's expansion of li without extensions.
func (l *lowerer) loadImm(rd isa.Reg, v int64) {
	if v == int64(int32(v)) {
		l.loadImm32(rd, v)
		return
	}
	s := constant(v)
	for i := range s.n {
		in := isa.Inst{Op: s.steps[i].op, Rd: rd, Rs1: rd, Imm: s.steps[i].imm}
		if i == 0 {
			in.Rs1 = isa.Zero
		}
		l.add(in)
	}
}

// loadImm32 appends rd = v for a value of 32 bits.
func (l *lowerer) loadImm32(rd isa.Reg, v int64) {
	hi, lo := split32(v)
	from := isa.Zero
	if hi != 0 {
		l.add(isa.Inst{Op: isa.LUI, Rd: rd, Imm: hi})
		from = rd
	}
	switch {
	case hi == 0:
		l.add(isa.Inst{Op: isa.ADDI, Rd: rd, Rs1: from, Imm: lo})
	case lo != 0:
		l.add(isa.Inst{Op: isa.ADDIW, Rd: rd, Rs1: from, Imm: lo})
	}
}

// split32 returns the operands of lui and of what follows it.
func split32(v int64) (hi, lo int64) {
	hi, lo = (v+0x800)>>12&0xfffff, low12(v)
	return hi, lo
}

// constant returns the shortest of a few candidates, built backwards from the last instruction: a chain of addi and
// slli alone, an srli that restores leading zeros, an xori that turns leading zeros into ones.
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

// take replaces s by other plus one more step if that is shorter.
func (s *sequence) take(other sequence, op isa.Op, imm int64) {
	if other.n+1 < s.n {
		other.push(op, imm)
		*s = other
	}
}

// shifted returns the shortest of chain and, for a positive v, of chains whose value is shifted right at the end. The
// low bits that fall out are arbitrary: ones and zeros are tried.
func shifted(v int64) sequence {
	best := chain(v)
	if zeros := bits.LeadingZeros64(uint64(v)); v > 0 && best.n > 2 {
		best.take(chain(v<<zeros|(1<<zeros-1)), isa.SRLI, int64(zeros))
		best.take(chain(v<<zeros), isa.SRLI, int64(zeros))
	}
	return best
}

// chain returns a sequence of addi and slli. For an even value the last step is a shift, or an addi of the low bits.
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

// unshift returns a sequence for a value of more than 32 bits: an odd one from the even one below it, an even one from
// the value without its trailing zeros. Twelve of the zeros remain if lui can make them.
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

// constant32 returns a sequence for a value of 32 bits. lui is followed by addiw, not addi: lui 0x80000 is negative,
// and only the sum truncated to 32 bits is right for 0x7ffff800 and above.
func constant32(v int64) (s sequence) {
	hi, lo := split32(v)
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
