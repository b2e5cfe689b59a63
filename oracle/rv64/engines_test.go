package rv64

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// snapshot is all that a program can see of a machine.
type snapshot struct {
	result Result
	x      [32]uint64
	f      [32]uint64
	fcsr   uint64
	data   [dataLength]byte
	stack  [4096]byte
}

// runOn runs code with registers drawn from a seed; pointers into data and text
// are among them.
func runOn(t *testing.T, m *Machine, code []byte, seed uint64, watch bool) (s snapshot) {
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
	if watch {
		m.observer = func(uint64, *inst) {}
	}
	s.result = m.Call(textBase, 2000)
	copy(s.x[:], m.x[:32])
	s.f, s.fcsr = m.f, m.FCSR()
	m.ReadMemoryInto(dataBase, s.data[:], nil)
	m.ReadMemoryInto(stackBase+stackSize-4096, s.stack[:], nil)
	return s
}

// compareEngines runs code on the plain engine, on the general one that the
// checking engine uses, and on a machine used before.
func compareEngines(t *testing.T, used *Machine, code []byte, seed uint64) {
	t.Helper()
	plain := runOn(t, used, code, seed, false)
	general := runOn(t, New(Config{}), code, seed, true)
	if plain != general {
		t.Fatalf("engines differ on % x: %+v\nand %+v", code, plain.result, general.result)
	}
}

// Whatever the code, both engines do the same. Half of the words are made of
// legal opcodes.
func TestEnginesAgree(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	majors := []uint32{0x03, 0x07, 0x0f, 0x13, 0x17, 0x1b, 0x23, 0x27, 0x2f, 0x33, 0x37, 0x3b, 0x43, 0x47, 0x4b, 0x4f, 0x53, 0x53, 0x53, 0x63, 0x67, 0x6f, 0x73, 0x57, 0x57}
	used := New(Config{})
	for round := range 3000 {
		var code []byte
		for range 1 + random.IntN(30) {
			word := random.Uint32()
			for tries := 0; tries < 50; tries++ {
				if word = word&^0x7f | majors[random.IntN(len(majors))]; random.IntN(2) == 0 {
					word &= 0x81ffffff // few operations have bits there
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
