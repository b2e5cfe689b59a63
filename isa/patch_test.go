package isa_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/rvfuzz/rvfuzz/isa"
)

// patchKinds lists instructions for each kind, with the immediate that Patch writes and Decode must return.
var patchKinds = []struct {
	kind  isa.PatchKind
	insts []isa.Inst
	imm   func(value int64) int64 // Imm of the patched instruction
}{
	{isa.PatchB, []isa.Inst{{Op: isa.BEQ, Rs1: isa.A0, Rs2: isa.T6}, {Op: isa.BGEU, Rs1: isa.T6}}, same},
	{isa.PatchJ, []isa.Inst{{Op: isa.JAL, Rd: isa.RA}, {Op: isa.JAL}}, same},
	{isa.PatchHi20, []isa.Inst{{Op: isa.LUI, Rd: isa.A0}, {Op: isa.AUIPC, Rd: isa.T6}}, hi20},
	{isa.PatchLo12I, []isa.Inst{{Op: isa.ADDI, Rd: isa.A0, Rs1: isa.A0}, {Op: isa.FLD, Rd: isa.FT11, Rs1: isa.T6}}, lo12},
	{isa.PatchLo12S, []isa.Inst{{Op: isa.SD, Rs1: isa.A0, Rs2: isa.T6}, {Op: isa.FSW, Rs2: isa.FA0}}, lo12},
	{isa.PatchCB, []isa.Inst{{Op: isa.C_BEQZ, Rs1: isa.S0}, {Op: isa.C_BNEZ, Rs1: isa.A5}}, same},
	{isa.PatchCJ, []isa.Inst{{Op: isa.C_J}}, same},
}

func same(v int64) int64 { return v }
func hi20(v int64) int64 { return (v + 0x800) >> 12 & 0xfffff }
func lo12(v int64) int64 { return int64(int32(uint32(v)<<20) >> 20) }

// TestPatchEnds patches the values at and next to the ends of every kind.
func TestPatchEnds(t *testing.T) {
	for _, p := range patchKinds {
		least, most, even := p.kind.Range()
		step := int64(1)
		if even {
			step = 2
		}
		good := []int64{0, step, -step, least, most, least + step, most - step}
		var bad []int64
		if least > -1<<63 {
			bad = append(bad, least-step, most+step, 1<<62)
		}
		if even {
			bad = append(bad, 1, -1)
		}
		for _, in := range p.insts {
			for _, v := range good {
				checkPatch(t, p.kind, in, v, p.imm(v))
			}
			for _, v := range bad {
				checkPatchError(t, p.kind, in, v)
			}
		}
	}
}

// checkPatch patches v into an instruction with another immediate, and checks all fields.
func checkPatch(t *testing.T, kind isa.PatchKind, in isa.Inst, v, imm int64) bool {
	code, err := isa.Append(nil, in)
	if err != nil {
		t.Fatalf("%s: %v", in, err)
	}
	code = append(code, 0x5a)
	if err := isa.Patch(code, kind, v); err != nil {
		t.Errorf("Patch(%s, %s, %#x): %v", in, kind, v, err)
		return false
	}
	word := uint32(binary.LittleEndian.Uint16(code))
	if in.Op.Size() == 4 {
		word = binary.LittleEndian.Uint32(code)
	}
	want := in
	want.Imm = imm
	if got, err := isa.Decode(word); err != nil || got != want || code[len(code)-1] != 0x5a {
		t.Errorf("Patch(%s, %s, %#x) makes %s, %v; want %s", in, kind, v, got, err, want)
		return false
	}
	got, err := isa.Extract(code, kind)
	wantValue := v
	switch kind {
	case isa.PatchHi20:
		wantValue = (v + 0x800) >> 12 << 12
	case isa.PatchLo12I, isa.PatchLo12S:
		wantValue = imm
	}
	if err != nil || got != wantValue {
		t.Errorf("Extract(%s) after %#x = %#x, %v; want %#x", kind, v, got, err, wantValue)
		return false
	}
	return true
}

func checkPatchError(t *testing.T, kind isa.PatchKind, in isa.Inst, v int64) {
	code, err := isa.Append(nil, in)
	if err != nil {
		t.Fatalf("%s: %v", in, err)
	}
	before := bytes.Clone(code)
	var e *isa.PatchError
	if err := isa.Patch(code, kind, v); !errors.As(err, &e) || e.Kind != kind || e.Value != v {
		t.Errorf("Patch(%s, %s, %#x): %v, want a PatchError", in, kind, v, err)
	}
	if !bytes.Equal(code, before) {
		t.Errorf("Patch(%s, %s, %#x) fails but changes the code", in, kind, v)
	}
}

func TestPatchCall(t *testing.T) {
	for _, v := range []int64{0, 2, -2, 0x7fe, 0x800, -0x800, -0x802, 0x12345678, isa.HiLoMin, isa.HiLoMax - 1} {
		code, _ := isa.Append(nil, isa.Inst{Op: isa.AUIPC, Rd: isa.RA})
		code, _ = isa.Append(code, isa.Inst{Op: isa.JALR, Rd: isa.RA, Rs1: isa.RA})
		if err := isa.Patch(code, isa.PatchCall, v); err != nil {
			t.Errorf("call %#x: %v", v, err)
			continue
		}
		hi, _ := isa.Decode(binary.LittleEndian.Uint32(code))
		lo, _ := isa.Decode(binary.LittleEndian.Uint32(code[4:]))
		if sum := int64(int32(hi.Imm<<12)) + lo.Imm; sum != v || hi.Rd != isa.RA || lo.Rs1 != isa.RA {
			t.Errorf("call %#x reaches %#x by %s; %s", v, sum, hi, lo)
		}
		if got, err := isa.Extract(code, isa.PatchCall); err != nil || got != v {
			t.Errorf("Extract(call) = %#x, %v; want %#x", got, err, v)
		}
	}
	// The last values of int32 are out of reach.
	for _, v := range []int64{0x7ffff800, 0x7ffffffe, isa.HiLoMin - 2, 3} {
		if err := isa.Patch(make([]byte, 8), isa.PatchCall, v); err == nil {
			t.Errorf("call %#x is accepted", v)
		}
	}
}

func TestPatchShortCode(t *testing.T) {
	for kind := isa.PatchB; kind <= isa.PatchCall; kind++ {
		if err := isa.Patch(make([]byte, kind.Size()-1), kind, 0); err == nil {
			t.Errorf("Patch %s on %d bytes is accepted", kind, kind.Size()-1)
		}
		if _, err := isa.Extract(make([]byte, kind.Size()-1), kind); err == nil {
			t.Errorf("Extract %s on %d bytes is accepted", kind, kind.Size()-1)
		}
	}
	if err := isa.Patch(make([]byte, 8), 0, 0); err == nil {
		t.Error("Patch without a kind is accepted")
	}
}

func TestHiLo(t *testing.T) {
	for _, v := range []int64{0, 1, -1, 0x7ff, 0x800, 0xfff, -0x800, -0x801, isa.HiLoMin, isa.HiLoMax} {
		hi, lo, ok := isa.HiLo(v)
		if !ok || hi<<12+lo != v || lo < -2048 || lo > 2047 || hi < -0x80000 || hi > 0x7ffff {
			t.Errorf("HiLo(%#x) = %#x, %#x, %v", v, hi, lo, ok)
		}
	}
	for _, v := range []int64{isa.HiLoMin - 1, isa.HiLoMax + 1, 0x7fffffff, 1 << 40, -1 << 40} {
		if hi, lo, ok := isa.HiLo(v); ok || hi<<12+lo != v {
			t.Errorf("HiLo(%#x) = %#x, %#x, %v", v, hi, lo, ok)
		}
	}
}

// TestPatchProperties checks that Decode returns any value in range that was patched, and that others are refused.
func TestPatchProperties(t *testing.T) {
	properties := gopter.NewProperties(parameters(500))
	for _, p := range patchKinds {
		least, most, even := p.kind.Range()
		if least < isa.HiLoMin {
			least, most = -1<<40, 1<<40
		}
		properties.Property(p.kind.String(), prop.ForAll(func(v int64) bool {
			if even {
				v &^= 1
			}
			if v < least || v > most {
				code, _ := isa.Append(nil, p.insts[0])
				return isa.Patch(code, p.kind, v) != nil
			}
			return checkPatch(t, p.kind, p.insts[0], v, p.imm(v))
		}, gen.OneGenOf(gen.Int64Range(least-100, most+100), gen.Int64Range(-5000, 5000))))
	}
	properties.TestingRun(t)
}

// parameters returns the settings of property tests, which run the same way each time.
func parameters(n int) *gopter.TestParameters {
	p := gopter.DefaultTestParametersWithSeed(1)
	p.MinSuccessfulTests = n
	return p
}
