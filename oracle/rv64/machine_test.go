package rv64

import (
	"encoding/binary"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle"
)

const (
	textBase   = 0x10000
	dataBase   = 0x20000
	stackBase  = 0x70000000
	stackSize  = 1 << 16
	dataLength = 64
)

// Encoders for tests, by format.
func rType(funct7, rs2, rs1, funct3, rd, opcode uint32) uint32 {
	return funct7<<25 | rs2<<20 | rs1<<15 | funct3<<12 | rd<<7 | opcode
}
func iType(imm int32, rs1, funct3, rd, opcode uint32) uint32 {
	return uint32(imm)<<20 | rs1<<15 | funct3<<12 | rd<<7 | opcode
}
func sType(imm int32, rs2, rs1, funct3 uint32) uint32 {
	return uint32(imm)>>5<<25 | rs2<<20 | rs1<<15 | funct3<<12 | uint32(imm)&31<<7 | 0x23
}

const ret = 0x00008067

func addi(rd, rs1 uint32, imm int32) uint32 { return iType(imm, rs1, 0, rd, 0x13) }

// program maps words as the text, a data region and a stack.
func program(t testing.TB, m *Machine, words ...uint32) {
	t.Helper()
	m.Reset()
	var code []byte
	for _, w := range words {
		if w&3 == 3 {
			code = binary.LittleEndian.AppendUint32(code, w)
		} else {
			code = binary.LittleEndian.AppendUint16(code, uint16(w))
		}
	}
	for _, r := range []Region{
		{Name: "text", Addr: textBase, Size: uint64(len(code)), Rights: Read | Exec, Data: code, Defined: true},
		{Name: "data", Addr: dataBase, Size: dataLength, Rights: Read | Write, Defined: true},
		{Name: "stack", Addr: stackBase, Size: stackSize, Rights: Read | Write},
	} {
		if err := m.Map(r); err != nil {
			t.Fatal(err)
		}
	}
	m.SetX(2, stackBase+stackSize)
}

func TestRules(t *testing.T) {
	tests := []struct {
		name   string
		words  []uint32
		ending oracle.Ending
		reason string
	}{
		{"returns", []uint32{addi(10, 10, 1), ret}, oracle.Returned, ""},
		{"undefined branch", []uint32{rType(0, 0, 6, 1, 4, 0x63), ret, ret}, oracle.Broken, "undefined-branch"},
		{"defined branch", []uint32{rType(0, 0, 10, 1, 4, 0x63), ret, ret}, oracle.Returned, ""},
		{"undefined address", []uint32{iType(0, 6, 3, 10, 0x03), ret}, oracle.Broken, "undefined-address"},
		{"undefined jump", []uint32{iType(0, 6, 0, 0, 0x67), ret}, oracle.Broken, "undefined-jump"},
		{"callee-saved", []uint32{addi(9, 0, 1), ret}, oracle.Broken, "callee-saved"},
		{"sp", []uint32{addi(2, 2, -16), ret}, oracle.Broken, "stack-pointer"},
		{"gp", []uint32{addi(3, 0, 1), ret}, oracle.Broken, "global-pointer"},
		{"tp", []uint32{addi(4, 0, 1), ret}, oracle.Broken, "thread-pointer"},
		{"ra", []uint32{addi(1, 0, 64), ret}, oracle.Broken, "return-address"},
		{"alignment", []uint32{addi(2, 2, -8), 0x004000ef, ret}, oracle.Broken, "stack-alignment"},
		{"below sp", []uint32{sType(-8, 10, 2, 3), ret}, oracle.Broken, "below-stack"},
		{"past the stack", []uint32{sType(0, 10, 2, 3), ret}, oracle.Broken, "store-access"},
		{"frame", []uint32{addi(2, 2, -16), sType(8, 10, 2, 3), iType(8, 2, 3, 11, 0x03), addi(2, 2, 16), ret}, oracle.Returned, ""},
		{"store to text", []uint32{sType(0, 0, 12, 3), ret}, oracle.Broken, "store-access"},
		{"last data", []uint32{sType(56, 0, 11, 3), ret}, oracle.Returned, ""},
		{"past data", []uint32{sType(57, 0, 11, 3), ret}, oracle.Broken, "store-access"},
		{"wild jump", []uint32{iType(0, 11, 0, 0, 0x67), ret}, oracle.Broken, "fetch-access"},
		{"runs off", []uint32{addi(10, 10, 1)}, oracle.Broken, "fetch-access"},
		{"illegal", []uint32{0xc0001073}, oracle.Trapped, "illegal-instruction"},
		{"zero half", []uint32{0}, oracle.Trapped, "illegal-instruction"},
		{"ebreak", []uint32{0x00100073}, oracle.Trapped, "breakpoint"},
		{"exit", []uint32{addi(17, 0, 93), 0x73}, oracle.Exited, "7"},
		{"other call", []uint32{addi(17, 0, 64), 0x73}, oracle.Unsupported, "system call 64"},
		{"endless recursion", []uint32{addi(2, 2, -32), sType(24, 1, 2, 3), 0xff9ff0ef, ret}, oracle.OutOfSteps, "stack-overflow"},
		{"sp astray", []uint32{addi(2, 0, 0), sType(-8, 1, 2, 3), ret}, oracle.Broken, "store-access"},
		{"atomic below sp", []uint32{addi(13, 2, -16), rType(0, 0, 13, 3, 0, 0x2f), ret}, oracle.Broken, "below-stack"},
		{"cbo.zero below sp", []uint32{addi(13, 2, -64), 0x0046a00f, ret}, oracle.Broken, "below-stack"},
		{"vector store below sp", []uint32{0xcc047057, addi(13, 2, -16), 0x020680a7, ret}, oracle.Broken, "below-stack"}, // vsetivli, vse8.v v1,(a3)
		{"vector load below sp", []uint32{0xcc047057, addi(13, 2, -16), 0x02068087, ret}, oracle.Broken, "below-stack"},
		{"loop", []uint32{0x0000006f}, oracle.OutOfSteps, "10000"},
	}
	m := New(Config{Checks: CheckAll})
	for _, test := range tests {
		program(t, m, test.words...)
		m.SetX(10, 7)
		m.SetX(11, dataBase)
		m.SetX(12, textBase)
		got := m.Call(textBase, 10_000)
		if got.Ending != test.ending || got.Reason != test.reason {
			t.Errorf("%s: %v %q (%s), want %v %q", test.name, got.Ending, got.Reason, got.Place, test.ending, test.reason)
		}
	}
}

// A report names the instruction to look at.
func TestCulprit(t *testing.T) {
	tests := []struct {
		name    string
		words   []uint32
		culprit uint64
		text    string
	}{
		{"the writer of s1", []uint32{addi(9, 0, 1), addi(10, 10, 1), ret}, textBase, "addi s1,zero,1"},
		{"the writer of fs0", []uint32{0xf2000453, addi(10, 10, 1), ret}, textBase, "fmv.d.x fs0,zero"},
		{"the writer of sp", []uint32{addi(10, 10, 1), addi(2, 2, -16), ret}, textBase + 4, "addi sp,sp,-16"},
		{"the writer of ra", []uint32{addi(1, 0, 64), ret}, textBase, "addi ra,zero,64"},
		{"the jump", []uint32{addi(10, 10, 1), iType(4, 11, 0, 0, 0x67), ret}, textBase + 4, "jalr zero,4(a1)"},
		{"the store", []uint32{addi(10, 10, 1), sType(0, 0, 12, 3), ret}, textBase + 4, "sd zero,0(a2)"},
	}
	m := New(Config{Checks: CheckAll})
	for _, test := range tests {
		program(t, m, test.words...)
		m.SetX(10, 7)
		m.SetX(11, dataBase)
		m.SetX(12, textBase)
		got := m.Call(textBase, 100)
		if got.Ending != oracle.Broken || got.Culprit != test.culprit || got.Instruction != test.text {
			t.Errorf("%s: %+v, want %s at %#x", test.name, got, test.text, test.culprit)
		}
	}
}

// A machine that is reset must not show what ran before.
func TestResetForgets(t *testing.T) {
	m := New(Config{Checks: CheckAll})
	program(t, m, addi(2, 2, -16), sType(8, 10, 2, 3), sType(0, 10, 11, 3), addi(2, 2, 16), ret)
	m.SetX(10, 0x1234)
	m.SetX(11, dataBase)
	if got := m.Call(textBase, 100); got.Ending != oracle.Returned {
		t.Fatal(got)
	}
	program(t, m, iType(0, 11, 3, 10, 0x03), addi(2, 2, -16), iType(8, 2, 3, 12, 0x03), addi(2, 2, 16), ret)
	m.SetX(11, dataBase)
	if got := m.Call(textBase, 100); got.Ending != oracle.Returned {
		t.Fatal(got)
	}
	if m.X(10) != 0 || m.XDefined(10) != allBits {
		t.Errorf("data holds %#x, defined %#x", m.X(10), m.XDefined(10))
	}
	if m.X(12) != 0 || m.XDefined(12) != 0 {
		t.Errorf("stack holds %#x, defined %#x", m.X(12), m.XDefined(12))
	}
}

func TestHooksAndLocations(t *testing.T) {
	m := New(Config{Checks: CheckAll})
	// save ra; call an address without memory through t1; restore; a0 += 1; return
	program(t, m, addi(2, 2, -16), sType(8, 1, 2, 3), iType(0, 12, 0, 1, 0x67), iType(8, 2, 3, 1, 0x03), addi(2, 2, 16), addi(10, 10, 1), ret)
	const extern = 0x5000_0000
	m.HookAt(extern, func(m *Machine) bool {
		m.SetX(10, m.X(10)*2)
		return m.Return()
	})
	var seen []uint64
	m.WatchAt([]LocationRecord{
		{PC: textBase + 24, ID: 2, Loc: Location{Space: InInteger, Register: 10, Size: 8}},
		{PC: textBase + 4, ID: 1, Loc: Location{Space: InInteger, Register: 10, Size: 1, Canonical: true, Bits: 8}},
	})
	m.Observe(func(id int, raw, defined []byte) { seen = append(seen, uint64(id), uint64(raw[0]), uint64(len(raw))) })
	m.SetX(10, 21)
	m.SetX(12, extern)
	if got := m.Call(textBase, 100); got.Ending != oracle.Returned || m.X(10) != 43 {
		t.Fatal(got, m.X(10))
	}
	want := []uint64{1, 21, 1, 2, 43, 8}
	for i := range want {
		if i >= len(seen) || seen[i] != want[i] {
			t.Fatalf("trace %v, want %v", seen, want)
		}
	}
	if m.XDefined(11) != 0 || m.XDefined(5) != 0 {
		t.Error("a call leaves temporaries defined")
	}
	program(t, m, addi(10, 10, 1), ret)
	m.WatchAt([]LocationRecord{{PC: textBase + 4, ID: 9, Loc: Location{Register: 10, Canonical: true, Bits: 8}}})
	m.SetX(10, 255)
	if got := m.Call(textBase, 100); got.Reason != "not-canonical" {
		t.Error(got)
	}
	program(t, m, addi(10, 10, 1), ret)
	m.StopAt(textBase+4, "integer_overflow")
	if got := m.Call(textBase, 100); got.Ending != oracle.Panicked || got.Reason != "integer_overflow" {
		t.Error(got)
	}
}

func TestUncanonical(t *testing.T) {
	tests := []struct {
		value  uint64
		n      uint
		signed bool
		good   bool
	}{
		{1, 1, false, true}, {2, 1, false, false},
		{127, 8, true, true}, {128, 8, true, false}, {allBits - 127, 8, true, true}, {255, 8, true, false},
		{255, 8, false, true}, {256, 8, false, false}, {allBits, 8, false, false},
		{0x7fffffff, 32, false, true}, {0x80000000, 32, false, false}, {0xffffffff80000000, 32, false, true},
		{0x7fffffff, 31, false, true}, {0xffffffff, 31, true, false}, {0xffffffff, 33, false, true},
		{0x1ffffffff, 33, true, false}, {allBits, 33, true, true}, {allBits, 33, false, false},
		{allBits, 64, false, true}, {1 << 62, 63, false, true}, {1 << 63, 63, false, false}, {1 << 62, 63, true, false},
	}
	for _, test := range tests {
		if bad := uncanonical(test.value, allBits, test.n, 64, test.signed); (bad == 0) != test.good {
			t.Errorf("%#x as %s%d: wrong bits %#x, want good %v", test.value, map[bool]string{true: "i", false: "u"}[test.signed], test.n, bad, test.good)
		}
	}
}

func TestMapErrors(t *testing.T) {
	m := New(Config{MemoryLimit: 1 << 20})
	if err := m.Map(Region{Name: "a", Addr: 0x1000, Size: 0x1000}); err != nil {
		t.Fatal(err)
	}
	for _, r := range []Region{
		{Name: "empty", Addr: 0},
		{Name: "wraps", Addr: allBits - 10, Size: 20},
		{Name: "overfull", Addr: 0x8000, Size: 1, Data: []byte{1, 2}},
		{Name: "return", Addr: ReturnAddress, Size: 1},
		{Name: "huge", Addr: 0x10000, Size: 1 << 20},
		{Name: "same", Addr: 0x1000, Size: 0x1000},
		{Name: "low", Addr: 0xfff, Size: 2},
		{Name: "high", Addr: 0x1fff, Size: 2},
		{Name: "around", Addr: 0, Size: 0x3000},
	} {
		if err := m.Map(r); err == nil {
			t.Errorf("region %s was mapped", r.Name)
		}
	}
	for _, r := range []Region{{Name: "before", Addr: 0xfff, Size: 1}, {Name: "after", Addr: 0x2000, Size: 1}} {
		if err := m.Map(r); err != nil {
			t.Error(err)
		}
	}
}

func BenchmarkShortCase(b *testing.B) {
	m := New(Config{Checks: CheckAll})
	words := make([]uint32, 300)
	for i := range words {
		words[i] = addi(10, 10, 1)
	}
	words = append(words, ret)
	for range b.N {
		program(b, m, words...)
		m.SetX(10, 1)
		m.Call(textBase, 1000)
	}
}

// Of the counters of Zihpm, Linux lets a program read the three of Zicntr; all others trap, and so do writes.
func TestCounters(t *testing.T) {
	for number := uint32(0xc00); number < 0xc20; number++ {
		for _, write := range []uint32{0, 5} {
			m := New(Config{})
			program(t, m, addi(0, 0, 0), number<<20|write<<15|2<<12|10<<7|0x73, ret) // csrrs a0,number,x0 or t0
			reason := ""
			if number > 0xc02 || write != 0 {
				reason = "illegal-instruction"
			}
			if got := m.Call(textBase, 10); got.Reason != reason || reason == "" && m.X(10) != 1 {
				t.Errorf("csr %#x, rs1 x%d: %+v, a0 %d", number, write, got, m.X(10))
			}
		}
	}
}

// TestRestrict checks that a machine without an extension traps on its instructions, long and short, and on no other.
func TestRestrict(t *testing.T) {
	const add, mul, shortMove = 0x00a50533, 0x02a50533, 0x85aa // add a0,a0,a0; mul a0,a0,a0; c.mv a1,a0
	m := New(Config{})
	for _, c := range []struct {
		lacks uint32
		ends  oracle.Ending
		pc    uint64
	}{
		{0, oracle.Returned, 0}, {mul, oracle.Trapped, textBase + 4}, {shortMove, oracle.Trapped, textBase + 8},
	} {
		m.Restrict(func(word uint32) bool { return word != c.lacks })
		program(t, m, add, mul, shortMove, ret)
		if halt := m.Call(textBase, 100); halt.Ending != c.ends || c.pc != 0 && halt.PC != c.pc {
			t.Errorf("without %#x: %+v", c.lacks, halt)
		}
	}
	m.Restrict(nil)
	program(t, m, add, mul, shortMove, ret)
	if halt := m.Call(textBase, 100); halt.Ending != oracle.Returned {
		t.Errorf("with everything: %+v", halt)
	}
}
