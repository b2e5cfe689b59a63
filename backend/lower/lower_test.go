package lower

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// hart runs the few instructions that expansions are made of. Its memory is the set of bytes that a store touched.
type hart struct {
	x      [64]int64 // by isa.Reg: floating-point registers too
	memory map[int64]int64
}

func (m *hart) run(t *testing.T, items []Item) {
	t.Helper()
	for _, it := range items {
		if it.Kind != Plain {
			continue
		}
		if _, err := isa.Encode(it.Inst); err != nil {
			t.Fatalf("%v", err)
		}
		m.step(t, it.Inst)
		m.x[0] = 0
	}
}

func (m *hart) step(t *testing.T, in isa.Inst) {
	a, b := m.x[in.Rs1], m.x[in.Rs2]
	d := &m.x[in.Rd]
	switch in.Op {
	case isa.LUI:
		*d = int64(int32(in.Imm << 12))
	case isa.ADDI:
		*d = a + in.Imm
	case isa.ADDIW:
		*d = int64(int32(a + in.Imm))
	case isa.XORI:
		*d = a ^ in.Imm
	case isa.ANDI:
		*d = a & in.Imm
	case isa.SLLI:
		*d = a << in.Imm
	case isa.SRLI:
		*d = int64(uint64(a) >> in.Imm)
	case isa.ADD:
		*d = a + b
	case isa.AND:
		*d = a & b
	case isa.SD, isa.FSD:
		m.memory[a+in.Imm] = b
	case isa.LD, isa.FLD:
		*d = m.memory[a+in.Imm]
	default:
		t.Fatalf("expansions have no %v", in)
	}
}

// interesting returns the boundaries of each step of the sequences, on both sides.
func interesting() []int64 {
	var out []int64
	for shift := range 64 {
		for _, d := range []int64{-4096, -2049, -2048, -2047, -1, 0, 1, 2046, 2047, 2048, 4095} {
			out = append(out, 1<<shift+d, -(1<<shift)+d)
		}
	}
	return append(out, 0x7ffff7ff, 0x7ffff800, 0x7fffffff, -0x80000800, -0x80000801, math.MaxInt64, math.MinInt64,
		0x5555555555555555, -0x5555555555555556, 0x123456789abcdef0, 0x00ff00ff00ff00ff, 0xffff0000ffff)
}

// random64 returns a value of random width with runs of equal bits.
func random64(r *rand.Rand) int64 {
	v := int64(r.Uint64()) >> r.IntN(64)
	if r.IntN(3) == 0 {
		v = v << r.IntN(64)
	}
	if r.IntN(3) == 0 {
		v = int64(uint64(v) >> r.IntN(64))
	}
	return v
}

func checkConstant(t *testing.T, v int64) int {
	var l lowerer
	l.loadImm(isa.A0, v)
	m := &hart{}
	for i := 1; i < len(m.x); i++ {
		m.x[i] = -0x1234567 // no register may be read before it is written
	}
	m.run(t, l.items)
	if m.x[isa.A0] != v {
		t.Fatalf("load_imm %#x made %#x by %v", v, m.x[isa.A0], texts(l.items))
	}
	if len(l.items) > 8 {
		t.Fatalf("load_imm %#x needs %v", v, texts(l.items))
	}
	return len(l.items)
}

func texts(items []Item) (out []string) {
	for _, it := range items {
		s := it.Inst.String()
		if it.Kind != Plain {
			s = fmt.Sprintf("%d:%v", it.Kind, it.Inst)
		}
		out = append(out, s)
	}
	return out
}

func TestLoadImmMakesEveryValue(t *testing.T) {
	for _, v := range interesting() {
		checkConstant(t, v)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 50000 {
		checkConstant(t, random64(r))
	}
}

func TestLoadImmIsShort(t *testing.T) {
	for _, c := range []struct {
		v    int64
		want string
	}{
		{0, "addi a0,zero,0"},
		{-1, "addi a0,zero,-1"},
		{2047, "addi a0,zero,2047"},
		{2048, "lui a0,0x1; addiw a0,a0,-2048"},
		{-2048, "addi a0,zero,-2048"},
		{-2049, "lui a0,0xfffff; addiw a0,a0,2047"},
		{4096, "lui a0,0x1"},
		{0x7fffffff, "lui a0,0x80000; addiw a0,a0,-1"},
		{-0x80000000, "lui a0,0x80000"},
		{0x80000000, "addi a0,zero,1; slli a0,a0,0x1f"},
		{0xffffffff, "addi a0,zero,-1; srli a0,a0,0x20"},
		{math.MaxInt64, "addi a0,zero,-1; srli a0,a0,0x1"},
		{math.MinInt64, "addi a0,zero,-1; slli a0,a0,0x3f"},
		{0x100000001, "addi a0,zero,1; slli a0,a0,0x20; addi a0,a0,1"},
		{0x12345000_000, "lui a0,0x12345; slli a0,a0,0xc"},
		{^0xffffffff, "addi a0,zero,-1; slli a0,a0,0x20"},
	} {
		var l lowerer
		l.loadImm(isa.A0, c.v)
		if got := strings.Join(texts(l.items), "; "); got != c.want {
			t.Errorf("%#x: %s, want %s", c.v, got, c.want)
		}
	}
}

// TestLoadImmAgainstAssembler compares the length of every sequence with LLVM's expansion of li.
func TestLoadImmAgainstAssembler(t *testing.T) {
	llvm := tools.Need(t, tools.LLVMMC)
	values := interesting()
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		values = append(values, random64(r))
	}
	var asm strings.Builder
	for _, v := range values {
		fmt.Fprintf(&asm, "ebreak\nli a0, %d\n", v)
	}
	out, err := llvm.Run(t.Context(), asm.String(), "-triple=riscv64", "-mattr=+m", "-M", "no-aliases")
	if err != nil {
		t.Fatal(err)
	}
	chunks := strings.Split(out.Stdout, "ebreak")[1:]
	if len(chunks) != len(values) {
		t.Fatalf("%d answers for %d values", len(chunks), len(values))
	}
	for i, v := range values {
		theirs := strings.Count(chunks[i], "a0,")
		if ours := checkConstant(t, v); ours > theirs {
			t.Errorf("%#x: %d instructions, LLVM needs %d:%s", v, ours, theirs, chunks[i])
		}
	}
}

func TestAddImm(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	values := interesting()
	for range 5000 {
		values = append(values, random64(r))
	}
	for _, v := range values {
		for _, rd := range []isa.Reg{isa.A0, isa.A1, isa.SP} {
			var l lowerer
			l.addImm(rd, isa.A1, v)
			m := &hart{}
			m.x[isa.A1] = 0x100000
			m.run(t, l.items)
			if got := m.x[rd]; got != 0x100000+v {
				t.Fatalf("%v = a1 + %#x made %#x by %v", rd, v, got, texts(l.items))
			}
		}
	}
}

// TestStackPointerStaysAligned checks every value that sp takes.
func TestStackPointerStaysAligned(t *testing.T) {
	for v := int64(-70000); v <= 70000; v += 16 {
		var l lowerer
		l.addImm(isa.SP, isa.SP, v)
		m := &hart{}
		for _, it := range l.items {
			if m.step(t, it.Inst); m.x[isa.SP]%16 != 0 {
				t.Fatalf("sp + %d passes %d", v, m.x[isa.SP])
			}
		}
		if m.x[isa.SP] != v {
			t.Fatalf("sp + %d made %d", v, m.x[isa.SP])
		}
	}
}

func lowerText(t *testing.T, text string) *Code {
	t.Helper()
	funcs, err := mir.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := mir.Verify(funcs[0]); err != nil {
		t.Fatal(err)
	}
	c, err := Lower(funcs[0])
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestExpansions(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{"add a0,a1,a2", "add a0,a1,a2"},
		{"add_imm a0, a0, 0", ""},
		{"add_imm a0, a1, 0", "addi a0,a1,0"},
		{"add_imm a0, a1, 4094", "addi a0,a1,2047; addi a0,a0,2047"},
		{"add_imm a0, a1, 4095", "lui t6,0x1; addiw t6,t6,-1; add a0,a1,t6"},
		{"add_imm a0, a1, -4096", "addi a0,a1,-2048; addi a0,a0,-2048"},
		{"load lb a0, [a1+2047]", "lb a0,2047(a1)"},
		{"load lb a0, [a1+2048]", "addi t6,a1,2047; lb a0,1(t6)"},
		{"load lb a0, [a1-2049]", "addi t6,a1,-2048; lb a0,-1(t6)"},
		{"load lb a0, [a1+4094]", "addi t6,a1,2047; lb a0,2047(t6)"},
		{"load lb a0, [a1+4096]", "lui t6,0x1; add t6,t6,a1; lb a0,0(t6)"},
		{"store sd a0, [frame7+5000]", "lui t6,0x1; add t6,t6,sp; sd a0,912(t6)"},
		{"store fsd fa0, [frame7-4096]", "addi t6,sp,-2048; fsd fa0,-2040(t6)"},
		{"lea_mem a0, [frame7]", "addi a0,sp,8"},
		{"call_reg a0", "jalr ra,0(a0)"},
		{"trap", "csrrw zero,cycle,zero"},
		{"ret", "jalr zero,0(ra)"},
	} {
		code := lowerText(t, "func @f {\n frame size 16\n slot frame7 sp+8\n"+c.body+"\nret\n}")
		got := texts(code.Items[:len(code.Items)-1])
		if joined := strings.Join(got, "; "); joined != c.want {
			t.Errorf("%s: %s, want %s", c.body, joined, c.want)
		}
	}
}

func TestOpenItems(t *testing.T) {
	code := lowerText(t, `func @f file "a.zig" {
  frame size 32
  slot frame7 sp+8
  line 3:4
.L0:
  branch blt a0, a1, .L1
  jump .L0
.L1:
  jump_table a0, {.L0, .L1}
.L2:
  lea_symbol a0, @g+8
  call @h
  location %1 a.b [frame7+1] i8 size 1
  tail_call @h
}`)
	want := []Item{
		{Kind: Line, N: 3, Inst: isa.Inst{Imm: 4}},
		{Kind: Bind, N: 0},
		{Kind: Branch, N: 1, Inst: isa.Inst{Op: isa.BLT, Rs1: isa.A0, Rs2: isa.A1}},
		{Kind: Jump, N: 0},
		{Kind: Bind, N: 1},
		{Kind: TableShift, Inst: isa.Inst{Op: isa.SLLI, Rd: isa.A0, Rs1: isa.A0}},
		{Kind: Whole, Inst: isa.Inst{Op: isa.AUIPC, Rd: isa.T6}},
		{Kind: Whole, Inst: isa.Inst{Op: isa.ADD, Rd: isa.T6, Rs1: isa.T6, Rs2: isa.A0}},
		{Kind: Whole, Inst: isa.Inst{Op: isa.JALR, Rs1: isa.T6, Imm: 12}},
		{Kind: Slot, N: 0},
		{Kind: Slot, N: 1},
		{Kind: Bind, N: 2},
		{Kind: AddressPair, Inst: isa.Inst{Rd: isa.A0, Imm: 8}, Symbol: "g"},
		{Kind: CallPair, Inst: isa.Inst{Op: isa.JALR, Rd: isa.RA, Rs1: isa.RA}, Symbol: "h"},
		{Kind: LocationPoint, N: 0},
		{Kind: CallPair, Inst: isa.Inst{Op: isa.JALR, Rs1: isa.T6}, Symbol: "h"},
	}
	if diff := cmp.Diff(want, code.Items); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	record := mir.LocationRecord{Inst: 1, Site: "a.b", Loc: mir.Loc{Kind: mir.LocMem, Mem: mir.RegMem(isa.SP, 9), Bits: 8, Signed: true, Size: 1}}
	if diff := cmp.Diff([]mir.LocationRecord{record}, code.Locations); diff != "" || code.File != "a.zig" || code.Labels != 3 {
		t.Errorf("location records, file or labels: %s", diff)
	}
}

func TestLowerNamesMissingSlot(t *testing.T) {
	f := &mir.Function{Name: "f"}
	f.LeaMem(isa.A0, mir.FrameMem(mir.StackFrame, 0))
	if _, err := Lower(f); err == nil || err.Error() != "lower: @f: stack_frame is not a slot of the frame" {
		t.Errorf("error %v", err)
	}
}
