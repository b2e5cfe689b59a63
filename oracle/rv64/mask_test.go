package rv64

import (
	"math/bits"
	"math/rand/v2"
	"testing"
)

// TestMasksAreSound tries every value of a few undefined bits: a bit that the mask claims must be the same in all
// results. The rules must also claim most of the bits that could be claimed.
func TestMasksAreSound(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for op := range rows {
		r := &rows[op]
		if r.alu == nil || r.mask == nil {
			continue
		}
		claimed, claimable := 0, 0
		for range 150 {
			ua, ub := fewBits(random), fewBits(random)
			a, b := interesting(random)&^ua, interesting(random)&^ub
			if r.kind == kindImm {
				b, ub = b&63, 0
			}
			mask := r.known(a, b, ^ua, ^ub)
			varies := variation(r, a, b, ua, ub)
			if mask&varies != 0 {
				t.Fatalf("%s(%#x, %#x) undefined bits %#x, %#x: bits %#x are claimed and vary", r.name, a, b, ua, ub, mask&varies)
			}
			claimed += bits.OnesCount64(mask)
			claimable += bits.OnesCount64(^varies)
		}
		if share := 100 * claimed / claimable; share < leastShare(r.name) {
			t.Errorf("%s: only %d%% of the defined bits are known", r.name, share)
		}
	}
}

// leastShare returns the percentage of the claimable bits that a rule must claim: all or nearly all in operations with
// which compilers take values apart and put them together, less in those that mix a whole word.
func leastShare(name string) int {
	switch name {
	case "and", "or", "xor", "andi", "ori", "xori", "andn", "orn", "xnor", "slli", "srli", "srai", "slliw", "srliw", "sraiw",
		"zext.h", "sext.h", "sext.b", "pack", "packh", "packw", "rev8", "brev8", "orc.b", "czero.eqz", "czero.nez", "slli.uw",
		"rori", "roriw", "bseti", "bclri", "binvi", "bexti":
		return 100
	case "add", "addi", "sub", "addw", "addiw", "subw", "slt", "sltu", "slti", "sltiu", "beq", "bne", "blt", "bge", "bltu", "bgeu":
		return 97
	}
	return 15
}

func fewBits(random *rand.Rand) uint64 {
	var v uint64
	for range random.IntN(4) {
		v |= 1 << random.IntN(64)
	}
	return v
}

func interesting(random *rand.Rand) uint64 {
	switch random.IntN(4) {
	case 0:
		return random.Uint64() >> random.IntN(64)
	case 1:
		return -(random.Uint64() >> random.IntN(64))
	case 2:
		return random.Uint64N(64)
	}
	return random.Uint64()
}

// variation returns the bits of the result that depend on the undefined bits.
func variation(r *row, a, b, ua, ub uint64) uint64 {
	first, varies := r.alu(a, b), uint64(0)
	for x := ua; ; x = (x - 1) & ua {
		for y := ub; ; y = (y - 1) & ub {
			varies |= first ^ r.alu(a|x, b|y)
			if y == 0 {
				break
			}
		}
		if x == 0 {
			return varies
		}
	}
}

// TestFloatMasksAreSound does the same for the float operations, whose operands are in registers of either file.
func TestFloatMasksAreSound(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	m := New(Config{Checks: CheckAll})
	s := inst{rs1: 10, rs2: 11, rs3: 12, rd: 13, length: 4}
	for op := range rows {
		r := &rows[op]
		if r.kind != kindFloat {
			continue
		}
		s.op = opcode(op)
		for range 150 {
			var unknown [3]uint64
			for i := range unknown {
				v := interesting(random)
				unknown[i] = fewBits(random)
				if random.IntN(2) == 0 {
					v |= singleBox
				}
				m.SetXDefined(10+i, v, ^unknown[i])
				m.SetFDefined(10+i, v, ^unknown[i])
			}
			mask := m.shadowFloat(&s, r)
			if varies := floatVariation(m, &s, r, unknown[:max(r.args, 1)]); mask&varies != 0 {
				t.Fatalf("%s: undefined bits %#x: bits %#x are claimed and vary", r.name, unknown, mask&varies)
			}
		}
	}
}

// floatVariation is variation for an operation on the machine's registers.
func floatVariation(m *Machine, s *inst, r *row, unknown []uint64) (varies uint64) {
	x, f := m.x, m.f
	result := func() uint64 {
		m.stepFloat(s, r)
		if r.out == integer {
			return m.x[s.rd]
		}
		return m.f[s.rd]
	}
	first := result()
	var try func(i int)
	try = func(i int) {
		if i == len(unknown) {
			varies |= first ^ result()
			return
		}
		for bits := unknown[i]; ; bits = (bits - 1) & unknown[i] {
			m.x[10+i], m.f[10+i] = x[10+i]^bits, f[10+i]^bits
			try(i + 1)
			if bits == 0 {
				return
			}
		}
	}
	try(0)
	m.x, m.f = x, f
	return varies
}

// The conversion of an int from a struct whose other half was never written is defined.
func TestConversionOfWordIsDefined(t *testing.T) {
	m := New(Config{Checks: CheckAll})
	m.SetXDefined(10, 5, 0xffffffff)
	for _, name := range []string{"fcvt.s.w", "fcvt.d.w", "fcvt.h.w", "fcvt.s.wu", "fcvt.d.wu", "fcvt.h.wu"} {
		if mask := m.shadowFloat(&inst{rs1: 10}, rowNamed(t, name)); mask != allBits {
			t.Errorf("%s: bits %#x are defined", name, mask)
		}
	}
	if mask := m.shadowFloat(&inst{rs1: 10}, rowNamed(t, "fcvt.d.l")); mask != 0 {
		t.Errorf("fcvt.d.l: bits %#x are defined", mask)
	}
}
