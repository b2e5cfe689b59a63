package rv64

import (
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// Instructions of the tests below, by name.
const (
	zero, ra, sp, s1, a0, a1, fs0 = 0, 1, 2, 9, 10, 11, 8
	nop                           = 0x00000013
)

func sd(rs2, rs1 uint32, imm int32) uint32  { return sType(imm, rs2, rs1, 3) }
func ld(rd, rs1 uint32, imm int32) uint32   { return iType(imm, rs1, 3, rd, 0x03) }
func fsd(rs2, rs1 uint32, imm int32) uint32 { return sType(imm, rs2, rs1, 3) | 4 }
func fld(rd, rs1 uint32, imm int32) uint32  { return ld(rd, rs1, imm) | 4 }

// jal jumps forward over a number of instructions, less than 256 of them.
func jal(rd, over uint32) uint32 { return (over+1)*4<<20 | rd<<7 | 0x6f }

// caller returns a function that saves ra at 24(sp), s1 at 16(sp) and fs0 at 8(sp), has a local at 0(sp), and calls the
// words after it with a0 = sp + offset.
func caller(offset int32, callee ...uint32) []uint32 {
	return append([]uint32{
		addi(sp, sp, -32), sd(ra, sp, 24), sd(s1, sp, 16), fsd(fs0, sp, 8), sd(zero, sp, 0),
		addi(s1, zero, 5), addi(a0, sp, offset), jal(ra, 5),
		ld(ra, sp, 24), ld(s1, sp, 16), fld(fs0, sp, 8), addi(sp, sp, 32), ret,
	}, callee...)
}

// calleePlace is the index of the first instruction after caller.
const calleePlace = 13

func TestOwnership(t *testing.T) {
	tests := []struct {
		name   string
		words  []uint32
		args   []StackArguments
		reason string // empty: it returns
		place  string
	}{
		{"local of the caller", caller(0, sd(zero, a0, 0), ret), nil, "", ""},
		{"kept s1", caller(16, sd(zero, a0, 0), ret), nil, "saved-register", "saved s1"},
		{"kept ra", caller(24, sd(zero, a0, 0), ret), nil, "saved-register", "saved ra"},
		{"kept fs0", caller(8, fsd(1, a0, 0), ret), nil, "saved-register", "saved fs0"},
		{"a byte of it", caller(23, sType(0, zero, a0, 0), ret), nil, "saved-register", "saved s1"},
		{"half in it", caller(12, sd(zero, a0, 0), ret), nil, "saved-register", "saved"},
		{"the word before it", caller(4, sType(0, zero, a0, 2), ret), nil, "", ""},
		{"atomically", caller(16, rType(4, zero, a0, 3, a1, 0x2f), ret), nil, "saved-register", "saved s1"},
		{"by its owner", append(caller(0, ret)[:8], sd(zero, sp, 16), ld(s1, sp, 16), ld(ra, sp, 24), addi(sp, sp, 32), ret, ret), nil, "callee-saved", "s1 is 0x0"},
		{"by its owner, then by a callee", append(caller(16, sd(zero, a0, 0), ret)[:5],
			ld(s1, sp, 16), sd(zero, sp, 16), addi(a0, sp, 16), jal(ra, 4), ld(ra, sp, 24), addi(sp, sp, 32), ret, nop, sd(zero, a0, 0), ret), nil, "", ""},
		// A register that the function has written holds a value like any other.
		{"a value in s1", []uint32{
			addi(sp, sp, -32), sd(ra, sp, 24), sd(s1, sp, 16), addi(s1, zero, 7), sd(s1, sp, 8), addi(a0, sp, 8), jal(ra, 4),
			ld(ra, sp, 24), ld(s1, sp, 16), addi(sp, sp, 32), ret, sd(zero, a0, 0), ret}, nil, "", ""},
		// f saves s1, restores it and ends with a jump to g, where the same word is a local.
		{"a slot of before", []uint32{
			addi(sp, sp, -32), sd(s1, sp, 16), ld(s1, sp, 16), addi(sp, sp, 32), jal(zero, 0),
			addi(sp, sp, -32), sd(ra, sp, 24), addi(a0, sp, 16), jal(ra, 3), ld(ra, sp, 24), addi(sp, sp, 32), ret,
			sd(zero, a0, 0), ret}, nil, "", ""},

		{"arguments that may be there", caller(0, sd(zero, sp, 0), ret), nil, "", ""},
		{"no arguments", caller(0, sd(zero, sp, 0), ret), []StackArguments{{textBase + 4*calleePlace, 0}}, "caller-frame", "0 bytes above sp"},
		{"an argument", caller(0, sd(zero, sp, 0), ret), []StackArguments{{textBase + 4*calleePlace, 8}}, "", ""},
		{"past the arguments", caller(0, sType(8, zero, sp, 0), ret), []StackArguments{{textBase + 4*calleePlace, 8}}, "saved-register", "saved fs0"},
		{"past the caller", caller(0, sd(zero, sp, 32), ret), nil, "caller-frame", "32 bytes above sp"},
		{"through a copy of sp", caller(0, addi(a1, sp, 16), addi(a1, a1, 16), sd(zero, a1, 0), ret), nil, "caller-frame", "32 bytes above sp"},
		{"through a sum", caller(0, addi(a0, zero, 40), rType(0, sp, a0, 0, a0, 0x33), sd(zero, a0, 0), ret), nil, "caller-frame", "40 bytes above sp"},
		{"through a pointer of the caller's", caller(32, sd(zero, a0, 0), ret), nil, "", ""},
		{"a size that is made of sp twice", caller(0, addi(a1, sp, 32), rType(0x20, sp, a1, 0, a1, 0x33), rType(0, a1, a0, 0, a0, 0x33), sd(zero, a0, 0), ret), nil, "", ""},
		// The callee lets sp rise over its caller's frame, as a jump out of calls does, and calls what has its own frame there.
		{"a slot above which sp has risen", caller(16, addi(5, ra, 0), addi(sp, sp, 32), jal(ra, 3), addi(sp, sp, -32), addi(ra, 5, 0), ret,
			addi(sp, sp, -32), sd(zero, sp, 16), addi(sp, sp, 32), ret), nil, "undefined-jump", "ra is"},
		{"the outermost call", []uint32{sd(zero, sp, 0), ret}, []StackArguments{{textBase, 0}}, "caller-frame", "0 bytes above sp"},
	}
	m := New(Config{Checks: CheckAll})
	for _, test := range tests {
		program(t, m, test.words...)
		m.SetX(2, stackBase+stackSize-64)
		m.Arguments(test.args)
		got := m.Call(textBase, 1000)
		ending := oracle.Broken
		if test.reason == "" {
			ending = oracle.Returned
		}
		if got.Ending != ending || got.Reason != test.reason || !strings.Contains(got.Place, test.place) {
			t.Errorf("%s: %v %q (%s), want %v %q with %q", test.name, got.Ending, got.Reason, got.Place, ending, test.reason, test.place)
		}
	}
}
