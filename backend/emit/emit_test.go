package emit

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rvfuzz/rvfuzz/backend/callframe"
	"github.com/rvfuzz/rvfuzz/backend/lower"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

var nop = isa.Inst{Op: isa.ADDI}

// emitMIR emits f and also returns the layout, in which tests find the code of each item.
func emitMIR(t testing.TB, f *mir.Function, o Options) (*Function, *layout) {
	t.Helper()
	if err := mir.Verify(f); err != nil {
		t.Fatal(err)
	}
	c, err := lower.Lower(f)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Emit(c, o)
	if err != nil {
		t.Fatal(err)
	}
	l := new(layout)
	l.reset(c, o)
	if err := l.relax(); err != nil {
		t.Fatal(err)
	}
	return out, l
}

func decodeAt(t testing.TB, code []byte, at int64) (isa.Inst, int64) {
	t.Helper()
	if at < 0 || at+2 > int64(len(code)) {
		t.Fatalf("no code at %#x", at)
	}
	w, size := uint32(binary.LittleEndian.Uint16(code[at:])), int64(2)
	if w&3 == 3 {
		w, size = binary.LittleEndian.Uint32(code[at:]), 4
	}
	in, err := isa.Decode(w)
	if err != nil {
		t.Fatalf("at %#x: %v", at, err)
	}
	if wide, ok := isa.Expand(in); ok {
		in = wide
	}
	return in, size
}

// jumpFrom returns the target of the unconditional jump at an offset.
func jumpFrom(t testing.TB, code []byte, at int64) (to, end int64) {
	in, size := decodeAt(t, code, at)
	switch in.Op {
	case isa.JAL:
		return at + in.Imm, at + size
	case isa.AUIPC:
		jalr, _ := decodeAt(t, code, at+4)
		if in.Rd != isa.T6 || jalr.Op != isa.JALR || jalr.Rs1 != isa.T6 || jalr.Rd != isa.Zero {
			t.Fatalf("at %#x: %v, %v is not a far jump", at, in, jalr)
		}
		return at + int64(int32(in.Imm<<12)) + jalr.Imm, at + 8
	}
	t.Fatalf("at %#x: %v is not a jump", at, in)
	return 0, 0
}

// checkJumps decodes the code of every branch, jump and slot and checks that it leads to its label, and past its own
// end if the branch is not taken.
func checkJumps(t testing.TB, code []byte, l *layout) {
	t.Helper()
	for i := range l.items {
		it, at := &l.items[i], int64(l.offsets[i])
		var to, end int64
		switch it.Kind {
		case lower.Jump, lower.Slot:
			to, end = jumpFrom(t, code, at)
		case lower.Branch:
			to, end = followBranch(t, code, at, it.Inst)
		default:
			continue
		}
		if want := int64(l.labels[it.N]); to != want {
			t.Fatalf("item %d at %#x goes to %#x, its label is at %#x", i, at, to, want)
		}
		if i+1 < len(l.items) && end != int64(l.offsets[i+1]) {
			t.Fatalf("item %d at %#x ends at %#x", i, at, end)
		}
	}
}

func followBranch(t testing.TB, code []byte, at int64, want isa.Inst) (to, end int64) {
	in, size := decodeAt(t, code, at)
	if in.Rs2 == want.Rs1 && in.Rs1 == want.Rs2 && (in.Op == isa.BEQ || in.Op == isa.BNE) {
		in.Rs1, in.Rs2 = in.Rs2, in.Rs1
	}
	if in.Rs1 != want.Rs1 || in.Rs2 != want.Rs2 {
		t.Fatalf("at %#x: %v does not compare what %v does", at, in, want)
	}
	if in.Op == want.Op {
		return at + in.Imm, at + size
	}
	to, end = jumpFrom(t, code, at+size)
	opposite := map[isa.Op]isa.Op{isa.BEQ: isa.BNE, isa.BNE: isa.BEQ, isa.BLT: isa.BGE, isa.BGE: isa.BLT, isa.BLTU: isa.BGEU, isa.BGEU: isa.BLTU}
	if in.Op != opposite[want.Op] || at+in.Imm != end {
		t.Fatalf("at %#x: %v does not skip the jump of %v", at, in, want)
	}
	return to, end
}

// TestReach puts a branch or jump at distances on both sides of every limit, forwards and backwards. A forward form
// that is barely too short adds its own growth to the distance.
func TestReach(t *testing.T) {
	type limit struct {
		kind     string
		compress bool
		distance int64
		size     uint32
	}
	for _, c := range []limit{
		{"branch", true, 254, 2}, {"branch", true, 258, 4}, {"branch", true, -256, 2}, {"branch", true, -258, 4},
		{"branch", false, 4, 4}, {"branch", false, 4094, 4}, {"branch", false, 4100, 8},
		{"branch", false, -4096, 4}, {"branch", false, -4098, 8},
		{"branch", true, 4094, 4}, {"branch", true, 4100, 8}, {"branch", true, -4096, 4}, {"branch", true, -4098, 8},
		{"branch", false, 1<<20 + 2, 8}, {"branch", false, 1<<20 + 8, 12},
		{"branch", false, -1<<20 + 4, 8}, {"branch", false, -1<<20 + 2, 12},
		{"jump", true, 2046, 2}, {"jump", true, 2050, 4}, {"jump", true, -2048, 2}, {"jump", true, -2050, 4},
		{"jump", false, 1<<20 - 2, 4}, {"jump", false, 1<<20 + 4, 8},
		{"jump", false, -1 << 20, 4}, {"jump", false, -1<<20 - 2, 8},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			f := &mir.Function{Name: "f"}
			l := f.NewLabel()
			jump := func() {
				if c.kind == "jump" {
					f.Jump(l)
				} else {
					f.Branch(isa.BEQ, isa.A0, isa.Zero, l)
				}
			}
			if c.distance < 0 {
				f.Bind(l)
				fill(f, -c.distance)
				jump()
			} else {
				jump()
				fill(f, c.distance-int64(c.size))
				f.Bind(l)
			}
			f.Ret()
			out, lay := emitMIR(t, f, Options{Compress: c.compress})
			checkJumps(t, out.Code, lay)
			if got := lay.reach(int(lay.jumps[0])).size; got != c.size {
				t.Errorf("%d bytes, want %d", got, c.size)
			}
			if got := lay.distance(int(lay.jumps[0])); got != c.distance {
				t.Errorf("the distance is %d, want %d", got, c.distance)
			}
		})
	}
}

// fill appends n bytes of code that are not compressible.
func fill(f *mir.Function, n int64) {
	if n%4 != 0 {
		f.Real(isa.Inst{Op: isa.C_NOP})
	}
	if n/4%2 != 0 {
		f.Real(isa.Inst{Op: isa.FENCE, Imm: isa.FenceSet(isa.FenceRW, isa.FenceRW)})
	}
	for range n / 8 {
		f.Call("g")
	}
}

// TestSlotsGrowTogether checks the slots of two tables if one slot of one of them is out of reach.
func TestSlotsGrowTogether(t *testing.T) {
	// The last slot is 20 bytes from the start; 24 bytes lie between it and the filling.
	const last = 1<<20 - 2 - 24
	for _, size := range []int64{last, last + 2} {
		f := &mir.Function{Name: "f"}
		a, b := f.NewLabel(), f.NewLabel()
		f.Bind(a)
		f.JumpTable(isa.A0, []mir.Label{a, b})
		f.JumpTable(isa.A1, []mir.Label{a})
		fill(f, size)
		f.Bind(b)
		f.Ret()
		out, l := emitMIR(t, f, Options{})
		checkJumps(t, out.Code, l)
		shift, _ := decodeAt(t, out.Code, 0)
		wantFar := size > last
		if l.farSlot != wantFar || (shift.Imm == 3) != wantFar {
			t.Errorf("size %#x: far slots %v, %v", size, l.farSlot, shift)
		}
	}
}

// TestTableJump runs the four instructions of a table by hand.
func TestTableJump(t *testing.T) {
	for _, o := range []Options{{}, {Compress: true}, {FarBranches: true}} {
		f := &mir.Function{Name: "f"}
		labels := []mir.Label{f.NewLabel(), f.NewLabel(), f.NewLabel()}
		f.JumpTable(isa.A0, labels)
		for _, l := range labels {
			f.Bind(l)
			f.Real(nop)
		}
		f.Ret()
		out, l := emitMIR(t, f, o)
		checkJumps(t, out.Code, l)
		for index, label := range labels {
			shift, size := decodeAt(t, out.Code, 0)
			a0 := int64(index) << shift.Imm
			at := size // offset of the auipc, which t6 receives
			jalr, _ := decodeAt(t, out.Code, at+8)
			if to, _ := jumpFrom(t, out.Code, at+a0+jalr.Imm); to != int64(l.labels[label]) {
				t.Errorf("%+v: index %d goes to %#x", o, index, to)
			}
		}
	}
}

// TestRandomFunctions checks every branch of functions with many branches, of all distances.
func TestRandomFunctions(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for n := range 25 {
		f := randomFunction(r, 1+r.IntN(400))
		for _, o := range []Options{{}, {Compress: true}, {FarBranches: true}, {Compress: true, FarBranches: true}} {
			out, l := emitMIR(t, f, o)
			checkJumps(t, out.Code, l)
			if again, _ := emitMIR(t, f, o); !reflect.DeepEqual(out, again) {
				t.Fatalf("function %d with %+v: emitted twice, the results differ", n, o)
			}
			if o.FarBranches {
				continue
			}
			for _, i := range l.jumps { // minimal: no form larger than its distance needs
				if d := l.distance(int(i)); l.forms[i] > near && d >= branchForms[near].min && d <= branchForms[near].max {
					t.Fatalf("item %d has form %d for a distance of %d", i, l.forms[i], d)
				}
			}
		}
	}
}

func randomFunction(r *rand.Rand, size int) *mir.Function {
	f := &mir.Function{Name: "f"}
	for range 10 {
		f.NewLabel()
	}
	ops := []isa.Op{isa.BEQ, isa.BNE, isa.BLT, isa.BGE, isa.BLTU, isa.BGEU}
	bound := 0
	for i := range size {
		for bound < f.Labels && r.IntN(size/10+1) == 0 {
			f.Bind(mir.Label(bound))
			bound++
		}
		l := mir.Label(r.IntN(f.Labels))
		switch r.IntN(8) {
		case 0:
			f.Branch(ops[r.IntN(6)], isa.A0, isa.X(r.IntN(2)*11), l)
		case 1:
			f.Jump(l)
		case 2:
			f.Call("g")
		case 3:
			fill(f, int64(r.IntN(1000))*2)
		default:
			f.AddImm(isa.A0, isa.X(10+r.IntN(4)), int64(i))
		}
	}
	for ; bound < f.Labels; bound++ {
		f.Bind(mir.Label(bound))
	}
	f.Ret()
	return f
}

func TestFacts(t *testing.T) {
	funcs, err := mir.Parse(`func @f file "a.zig" {
  frame size 16 ra
  slot ret_addr sp+8
  slot frame7 sp
  line 1:1
  line 2:1
  prologue
  line 3:5
  lea_symbol a0, @g-4
  location %1 a.b [frame7] u8 size 1
  call @h
  location %2 a.c a0 i8
  epilogue
  ret
}`)
	if err != nil {
		t.Fatal(err)
	}
	out, _ := emitMIR(t, funcs[0], Options{})
	want := &Function{
		Name: "f", File: "a.zig", PrologueEnd: 8, EpilogueBegins: []uint32{24},
		Refs: []Ref{{Offset: 8, Kind: AddressRef, Symbol: "g", Addend: -4}, {Offset: 16, Kind: CallRef, Symbol: "h"}},
		Locations: []LocationRecord{
			{16, mir.LocationRecord{Inst: 1, Site: "a.b", Loc: mir.Loc{Kind: mir.LocMem, Mem: mir.RegMem(isa.SP, 0), Bits: 8, Size: 1}}, false},
			{24, mir.LocationRecord{Inst: 2, Site: "a.c", Loc: mir.Loc{Kind: mir.LocReg, Reg: isa.A0, Bits: 8, Signed: true}}, false},
		},
		Lines: []Line{{0, 2, 1}, {8, 3, 5}},
		Rules: []callframe.Placed{
			{Offset: 4, Rule: callframe.Rule{Kind: callframe.FrameIs, Reg: isa.SP, Disp: 16}},
			{Offset: 8, Rule: callframe.Rule{Kind: callframe.SavedAt, Reg: isa.RA, Disp: -8}},
			{Offset: 24, Rule: callframe.Rule{Kind: callframe.Remember}},
			{Offset: 24, Rule: callframe.Rule{Kind: callframe.FrameIs, Reg: isa.SP, Disp: 16}},
			{Offset: 28, Rule: callframe.Rule{Kind: callframe.Restored, Reg: isa.RA}},
			{Offset: 32, Rule: callframe.Rule{Kind: callframe.FrameIs, Reg: isa.SP}},
			{Offset: 36, Rule: callframe.Rule{Kind: callframe.Recall}},
		},
	}
	got := *out
	got.Code = nil
	if diff := cmp.Diff(want, &got, cmpopts.IgnoreUnexported(Function{})); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
	var text []string
	for at := int64(0); at < int64(len(out.Code)); {
		in, size := decodeAt(t, out.Code, at)
		text = append(text, in.String())
		at += size
	}
	code := "addi sp,sp,-16; sd ra,8(sp); auipc a0,0x0; addi a0,a0,0; auipc ra,0x0; jalr ra,0(ra); ld ra,8(sp); addi sp,sp,16; jalr zero,0(ra)"
	if diff := cmp.Diff(code, strings.Join(text, "; ")); diff != "" {
		t.Error(diff)
	}
}

// TestBypassedLocations checks which records are bypassed: those past which control can jump to the same offset.
func TestBypassedLocations(t *testing.T) {
	funcs, err := mir.Parse(`func @f {
  branch bne a0, zero, .L1
  add a0,a0,a1
.L0:
  location %1 own.label a0
  branch bne a0, zero, .L0
  add a0,a0,a1
  location %2 last.of.arm a0
.L1:
  location %3 the.block a0
.L2:
  location %4 unused.label a0
  add a0,a0,a1
  location %5 before.loop a0
.L3:
  location %6 in.loop a0
  branch bne a0, zero, .L3
  ret
}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{}, {Compress: true}, {FarBranches: true}} {
		out, _ := emitMIR(t, funcs[0], o)
		var bypassed []uint32
		for _, r := range out.Locations {
			if r.Bypassed {
				bypassed = append(bypassed, r.Inst)
			}
		}
		if want := []uint32{2, 5}; !reflect.DeepEqual(bypassed, want) || len(out.Locations) != 6 {
			t.Errorf("options %+v: of %d records, %v are bypassed, want %v", o, len(out.Locations), bypassed, want)
		}
	}
}

func TestEmitErrors(t *testing.T) {
	for _, c := range []struct {
		item lower.Item
		want string
	}{
		{lower.Item{Kind: lower.Jump, N: 0}, "emit: @f: item 0 goes to label .L0, which is not bound"},
		{lower.Item{Inst: isa.Inst{Op: isa.ADDI, Imm: 2048}}, "emit: @f: item 0 at 0x0: isa: addi"},
		{lower.Item{Inst: isa.Inst{}}, "emit: @f: item 0: op 0 is not an instruction"},
	} {
		_, err := Emit(&lower.Code{Name: "f", Labels: 1, Items: []lower.Item{c.item}}, Options{})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}

func BenchmarkEmit(b *testing.B) {
	f := randomFunction(rand.New(rand.NewPCG(1, 1)), 200)
	c, err := lower.Lower(f)
	if err != nil {
		b.Fatal(err)
	}
	for _, o := range []Options{{}, {Compress: true}} {
		b.Run(fmt.Sprintf("%+v", o), func(b *testing.B) {
			var words int
			for b.Loop() {
				out, err := Emit(c, o)
				if err != nil {
					b.Fatal(err)
				}
				words = len(out.Code) / 4
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*words), "ns/word")
		})
	}
}
