package rv64

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// snapshot is all that a program can observe of a machine.
type snapshot struct {
	result Halt
	x      [32]uint64
	f      [32]uint64
	fcsr   uint64
	data   [dataLength]byte
	stack  [4096]byte

	// what a checking machine knows besides
	xm, fm    [32]uint64
	from      provenance
	kept      int
	dataMask  [dataLength]byte
	stackMask [4096]byte
}

// runOn runs code with registers drawn from a seed, some of them pointers to data and text.
func runOn(t *testing.T, m *Machine, code []byte, seed uint64) (s snapshot) {
	t.Helper()
	m.Reset()
	random := rand.New(rand.NewPCG(seed, 0))
	for _, r := range []Region{
		{Name: "text", Addr: textBase, Size: uint64(len(code)), Rights: Read | Exec, Data: code, Defined: true},
		{Name: "data", Addr: dataBase, Size: dataLength, Rights: Read | Write, Defined: true},
		{Name: "stack", Addr: stackBase, Size: stackSize, Rights: Read | Write, Defined: true},
	} {
		if err := m.Map(r); err != nil {
			t.Fatal(err)
		}
	}
	for i := 1; i < 32; i++ {
		m.SetX(i, random.Uint64()>>random.IntN(64))
		m.SetF(i, random.Uint64())
		if m.tracking() && random.IntN(3) == 0 {
			m.SetXDefined(i, m.X(i), random.Uint64())
			m.SetFDefined(i, m.F(i), random.Uint64()|singleBox)
		}
		switch random.IntN(4) {
		case 0:
			m.SetX(i, dataBase+8*random.Uint64N(8))
			m.SetF(i, singleBox|random.Uint64())
		case 1:
			m.SetX(i, stackBase+stackSize-4096+8*random.Uint64N(500))
		}
	}
	m.SetX(2, stackBase+stackSize-256)
	m.SetX(10, textBase+2*random.Uint64N(8))
	m.SetFCSR(random.Uint64N(160))
	s.result = m.Call(textBase, 2000)
	copy(s.x[:], m.x[:32])
	s.f, s.fcsr = m.f, m.FCSR()
	if m.tracking() {
		copy(s.xm[:], m.xm[:32])
		s.fm, s.from = m.fm, m.from
		s.kept = len(m.kept)
	}
	m.ReadMemoryInto(dataBase, s.data[:], s.dataMask[:])
	m.ReadMemoryInto(stackBase+stackSize-4096, s.stack[:], s.stackMask[:])
	return s
}

// compareEngines runs code on the plain engine, on a machine used before; on the checking engine without checks; and on
// the checking engine with checks, with its quick way and without.
func compareEngines(t *testing.T, used *Machine, code []byte, seed uint64) {
	t.Helper()
	plain := runOn(t, used, code, seed)
	general := runOn(t, New(Config{Coverage: true}), code, seed)
	if plain != general {
		t.Fatalf("engines differ on % x: %+v\nand %+v", code, plain.result, general.result)
	}
	checks := CheckAll &^ (CheckMemory | CheckAlign)
	quick := runOn(t, New(Config{Checks: checks}), code, seed)
	slow := runOn(t, New(Config{Checks: checks, Coverage: true}), code, seed)
	if quick != slow {
		t.Fatalf("the quick way differs on % x: %+v\nand %+v", code, quick.result, slow.result)
	}
}

// Both engines do the same, whatever the code. Most words are legal.
func TestEnginesAgree(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	majors := []uint32{0x03, 0x07, 0x0f, 0x13, 0x17, 0x1b, 0x23, 0x27, 0x2f, 0x33, 0x37, 0x3b, 0x43, 0x47, 0x4b, 0x4f, 0x53, 0x53, 0x53, 0x63, 0x67, 0x6f, 0x73, 0x57, 0x57, 0x77}
	used := New(Config{})
	for round := range 3000 {
		var code []byte
		for range 1 + random.IntN(30) {
			word := random.Uint32()
			for tries := 0; tries < 50; tries++ {
				if word = word&^0x7f | majors[random.IntN(len(majors))]; random.IntN(2) == 0 {
					word &= 0x81ffffff // few operations have bits set there
				}
				if _, ok := Disassemble(word); ok {
					break
				}
				word = random.Uint32()
			}
			code = binary.LittleEndian.AppendUint32(code, word)
		}
		compareEngines(t, used, code, uint64(round))
	}
}

// The quick way of loads and stores of every width moves the defined bits through memory as the general way does.
// Accesses to one page, again and again, are where it can be wrong most.
func TestQuickAccesses(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	used := New(Config{})
	for round := range 500 {
		code := binary.LittleEndian.AppendUint32(nil, addi(2, 2, -128))
		code = binary.LittleEndian.AppendUint32(code, addi(8, 2, 0))
		for range 40 {
			width, register := random.Uint32N(4), 12+random.Uint32N(4)
			offset := int32(random.Uint32N(8)<<3 | random.Uint32N(8)&^(1<<width-1))
			float := uint32(0)
			if width >= 2 && random.IntN(3) == 0 {
				float = 4
			}
			word := sType(offset, register, 8, width) | float
			if random.IntN(2) == 0 {
				word = iType(offset, 8, width, register, 0x03) | float
				if float == 0 && width < 3 && random.IntN(2) == 0 {
					word |= 4 << 12 // unsigned
				}
			}
			code = binary.LittleEndian.AppendUint32(code, word)
		}
		compareEngines(t, used, code, uint64(round))
	}
}

func FuzzEngines(f *testing.F) {
	f.Add([]byte{0x13, 5, 0x15, 0, 0x67, 0x80, 0, 0}, uint64(1))
	f.Add(bytes.Repeat([]byte{0x53, 0x75, 0xb5, 2}, 8), uint64(2))
	used := New(Config{})
	f.Fuzz(func(t *testing.T, code []byte, seed uint64) {
		if len(code) == 0 || len(code) > 4096 {
			return
		}
		compareEngines(t, used, code, seed)
	})
}
