package mir_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// everything holds each instruction of MIR at least once and verifies.
const everything = `func @"a b" file "a.zig" {
  frame size 64 align 64 ra fp saved {s1, fs0}
  slot args_frame s0
  slot ret_addr s0-8
  slot base_ptr s0-16
  slot spill_frame s0-32
  slot stack_frame sp
  slot call_frame sp
  slot frame7 sp+8
  line 3:9
  prologue
  load_imm a0, -9223372036854775808
  add_imm a0, a1, 5000
  location %7 arith.add a0 i7
  load ld a0, [frame7+8]
  load ld a0, [a1+frame7+8]
  load flh ft0, [a0-2048]
  store fsd fa0, [frame7]
  store sb t5, [sp]
  lea_mem a3, [stack_frame-8]
  lea_symbol a4, @g-4
  lea_symbol a4, @"two words"
  load_address a4, @g
  lea_thread a4, @g+4
  load_thread a4, @g
  location %8 mem.load [frame7+8] u64 size 8
.L0:
  branch bgeu a0, zero, .L1
  jump .L0
.L1:
  jump_table a0, {.L0, .L1}
.L2:
  fadd.s ft0,ft1,ft2
  call @panic.integer_overflow
  call_reg t5
  location %9 call.call none size 24
  epilogue
  tail_call @g
.L3:
  epilogue
  ret
.L4:
  trap
}
`

func parseOne(t *testing.T, text string) *mir.Function {
	t.Helper()
	funcs, err := mir.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(funcs) != 1 {
		t.Fatalf("parsed %d functions", len(funcs))
	}
	return funcs[0]
}

func TestTextIsFixpoint(t *testing.T) {
	f := parseOne(t, everything)
	if diff := cmp.Diff(everything, f.String()); diff != "" {
		t.Fatalf("print of parse (-want +got):\n%s", diff)
	}
	seen := map[mir.Op]bool{}
	for _, in := range f.Insts {
		seen[in.Op] = true
	}
	for op := mir.Real; op <= mir.Line; op++ {
		if !seen[op] {
			t.Errorf("the text above has no %v", op)
		}
	}
	if err := mir.Verify(f); err != nil {
		t.Error(err)
	}
}

func TestAppendMakesWhatParseReads(t *testing.T) {
	f := &mir.Function{Name: "f"}
	l := f.NewLabel()
	f.Line(3, 9)
	f.LoadImm(isa.A0, 7)
	f.AddImm(isa.A0, isa.A1, -7)
	f.Load(isa.LW, isa.A2, mir.RegMem(isa.A0, 4))
	f.Store(isa.FSW, isa.FA0, mir.RegMem(isa.A0, 4).Offset(4))
	f.LeaMem(isa.A0, mir.RegMem(isa.SP, 1))
	f.SymbolAddress(isa.A0, "g", 12, 0)
	f.SymbolAddress(isa.A0, "g", 12, mir.Table)
	f.SymbolAddress(isa.A0, "g", 12, mir.Thread)
	f.SymbolAddress(isa.A0, "g", 0, mir.Table|mir.Thread)
	f.Record(mir.LocationRecord{Inst: 5, Site: "x.y", Loc: mir.Loc{Kind: mir.LocReg, Reg: isa.A0, Bits: 8}})
	f.Bind(l)
	f.Branch(isa.BEQ, isa.A0, isa.A1, l)
	f.Real(isa.Inst{Op: isa.ADD, Rd: isa.A0, Rs1: isa.A1, Rs2: isa.A2})
	f.Call("g")
	f.CallReg(isa.A0)
	f.JumpTable(isa.A0, []mir.Label{l, l})
	f.Jump(l)
	f.TailCall("g")
	f.Trap()
	f.Ret()
	if err := mir.Verify(f); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(f, parseOne(t, f.String()), cmpopts.IgnoreUnexported(mir.Function{})); diff != "" {
		t.Errorf("parse of print (-want +got):\n%s", diff)
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"fun @f {\n}", "line 1: a function starts with"},
		{"func f {\n}", `line 1: expected "@" before "f {"`},
		{"func @f {\n", "ends inside of func @f"},
		{"func @f {\n  fliegen a0\n}", "line 2: "},
		{"func @f {\n  load_imm a0\n}", `line 2: expected "," before ""`},
		{"func @f {\n  load_imm b0, 1\n}", `"b0" is not a register`},
		{"func @f {\n  load_imm a0, 9223372036854775808\n}", "expected a number of 64 bits"},
		{"func @f {\n  load lx a0, [sp]\n}", `"lx" is not an instruction`},
		{"func @f {\n  load ld a0, [frame3]\n}", `"frame3" is not a register`},
		{"func @f {\n  load ld a0, [sp+8\n}", `expected "]"`},
		{"func @f {\n  jump L1\n}", "expected a label"},
		{"func @f {\n  jump .L9999999\n}", "the label is too large"},
		{"func @f {\n  jump_table a0, {.L1 .L2}\n}", `expected "}"`},
		{"func @f {\n  ret ret\n}", `unexpected "ret"`},
		{"func @f {\n  slot stack sp\n}", "name of a frame slot"},
		{"func @f {\n  frame width 3\n}", "a frame has: size"},
		{"func @f {\n  frame saved {v1}\n}", "integer or floating-point"},
		{"func @f {\n  call @\"x\n}", "expected a quoted string"},
		{"func @f {\n  location %1 site a0 u65536\n}", "not a number of 16 bits"},
	} {
		_, err := mir.Parse(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want one with %q", c.text, err, c.want)
		}
	}
}

// TestVerifyRejects breaks one rule at a time in text that otherwise verifies.
func TestVerifyRejects(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{"", "there is no code"},
		{"line 1:1\nlocation %1 a.b none", "there is no code"},
		{"add_imm a0, a0, 1", "control runs off the end"},
		{"ret\n.L0:", "the last label leads past the end"},
		{".L0:\n.L0:\nret", "bound twice"},
		{"jump .L0", ".L0 is used but not bound"},
		{"jump_table a0, {}\nret", "an empty one"},
		{"load_imm fa0, 1\nret", "fa0 is not an integer register"},
		{"load_imm t6, 1\nret", "t6 is reserved"},
		{"add t6,a0,a0\nret", "t6 is reserved"},
		{"add a0,t6,a0\nret", "t6 is reserved"},
		{"add a0,a0,t6\nret", "t6 is reserved"},
		{"store sd t6, [sp]\nret", "t6 is reserved"},
		{"load ld a0, [t6]\nret", "t6 is reserved"},
		{"load ld fa0, [sp]\nret", "fa0 is not an integer register"},
		{"load fld a0, [sp]\nret", "a0 is not a floating-point register"},
		{"store fsd a0, [sp]\nret", "a0 is not a floating-point register"},
		{"load sd a0, [sp]\nret", "sd is not a load, store or branch"},
		{"store ld a0, [sp]\nret", "ld is not a load, store or branch"},
		{".L0:\nbranch add a0, a0, .L0\nret", "add is not a load, store or branch"},
		{"load ld a0, [frame7]\nret", "frame7 is not a slot"},
		{"call @\"\"", "the symbol has no name"},
		{"location %1 a.b [frame9]\nret", "frame9 is not a slot"},
		{"location %1 a.b t6\nret", "t6 is reserved"},
		{"beq a0,a0,8\nret", "may not go to a distance"},
		{"jal ra,8\nret", "may not go to a distance"},
		{"c.j 8\nret", "may not go to a distance"},
		{"epilogue\nret", "no prologue before the epilogue"},
		{"nop\nprologue\nret", "not the first instruction"},
		{".L0:\nprologue\nret", "not the first instruction"},
		{"frame size 8\nret", "not a multiple of 16"},
		{"frame size -16\nret", "not a multiple of 16"},
		{"frame size 2147479568\nret", "exceeds the limit"},
		{"frame size 16 align 24\nret", "power of two"},
		{"frame size 16 align 8\nret", "power of two"},
		{"frame size 16 align 32\nret", "needs the frame pointer"},
		{"frame size 16 saved {a0}\nret", "{a0} are not callee-saved"},
		{"frame size 16 fp saved {s0}\nret", "in the list of saved registers too"},
		{"frame size 16 ra\nret", "ret_addr is needed but has no place"},
		{"frame size 16 fp\nret", "base_ptr is needed"},
		{"frame size 16 saved {s1}\nret", "spill_frame is needed"},
		{"slot frame7 a0\nret", "relative to a0"},
		{"frame size 16\nslot args_frame sp+16\nlea_mem a0, [t6+args_frame]\nret", "t6"},
		{"slot frame7 s0\nret", "relative to s0"},
		{"frame size 16\nslot args_frame sp+8\nret", "not at the caller's sp"},
		{"frame size 16\nslot call_frame sp+8\nret", "not at sp"},
		{"frame size 16\nslot frame7 sp+17\nret", "outside of the frame"},
		{"frame size 16\nslot frame7 sp-1\nret", "outside of the frame"},
		{"frame size 16 ra\nslot ret_addr sp+4\nret", "not aligned"},
		{"frame size 4096 ra\nslot ret_addr sp+16\nret", "more than 2032 bytes"},
		{"frame size 32 ra fp\nslot ret_addr sp+24\nslot base_ptr sp+24\nret", "base_ptr overlaps"},
		{"frame size 32 saved {s1, s2}\nslot spill_frame sp+24\nret", "spill_frame overlaps"},
		{"frame size 32 align 32 ra fp\nslot base_ptr s0-16\nslot ret_addr sp+24\nret", "of a realigned frame"},
	} {
		f := parseOne(t, "func @f {\n"+c.body+"\n}\n")
		err := mir.Verify(f)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "@f") {
			t.Errorf("%q: error %v, want one with %q", c.body, err, c.want)
		}
	}
}

// TestVerifyRejectsStructure breaks rules that no text can break.
func TestVerifyRejectsStructure(t *testing.T) {
	for _, c := range []struct {
		in   mir.Inst
		want string
	}{
		{mir.Inst{Op: 200}, "no such instruction of MIR"},
		{mir.Inst{Op: mir.Ret, N: 1}, "a field is set"},
		{mir.Inst{Op: mir.Jump, N: 1}, "no such label"},
		{mir.Inst{Op: mir.JumpTable, N: 0}, "no such jump table"},
		{mir.Inst{Op: mir.LocationPoint, N: 0}, "no such location record"},
		{mir.Inst{Op: mir.Line, I: isa.Inst{Imm: -1}}, "the column"},
		{mir.Inst{Op: mir.Real, I: isa.Inst{Op: isa.ADDI, Imm: 2048}}, "addi"},
		{mir.Inst{Op: mir.Load, I: isa.Inst{Op: isa.LD}, Mem: mir.IndexedMem(isa.A0, mir.StackFrame, 0)}, "stack_frame is not a slot"},
	} {
		err := mir.Verify(&mir.Function{Name: "f", Labels: 1, Insts: []mir.Inst{c.in}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, want one with %q", c.in, err, c.want)
		}
	}
}

func TestRegisterList(t *testing.T) {
	l := mir.Registers(isa.FS11, isa.S1, isa.RA)
	if got := l.String(); got != "{ra, s1, fs11}" {
		t.Errorf("String() = %s", got)
	}
	if l.Len() != 3 || !l.Has(isa.S1) || l.Has(isa.S0) || l.Has(isa.V(1)) {
		t.Errorf("Len or Has of %v", l)
	}
	want := "{s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, fs0, fs1, fs2, fs3, fs4, fs5, fs6, fs7, fs8, fs9, fs10, fs11}"
	if got := mir.CalleeSaved.String(); got != want {
		t.Errorf("CalleeSaved = %s", got)
	}
	var first []isa.Reg
	l.All(func(i int, r isa.Reg) bool { first = append(first, r); return i < 1 })
	if diff := cmp.Diff([]isa.Reg{isa.RA, isa.S1}, first); diff != "" {
		t.Error(diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(everything)
	f.Add("func @f {\n  frame size 16 saved {s1}\n  slot frame9 sp\n  location %1 a.b none i0 size 3\n  c.addi a0,1\n}\n")
	f.Fuzz(func(t *testing.T, text string) {
		funcs, err := mir.Parse(text)
		if err != nil {
			return
		}
		var first []byte
		for _, fn := range funcs {
			first = fn.AppendText(first)
			_ = mir.Verify(fn)
		}
		again, err := mir.Parse(string(first))
		if err != nil {
			t.Fatalf("printed text does not parse: %v\n%s", err, first)
		}
		var second []byte
		for _, fn := range again {
			second = fn.AppendText(second)
		}
		if diff := cmp.Diff(string(first), string(second)); diff != "" {
			t.Fatalf("print, parse, print differs:\n%s", diff)
		}
	})
}
