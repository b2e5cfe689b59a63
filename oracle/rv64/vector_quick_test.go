package rv64

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
)

// The quick way of vector instructions does what the general one does, to values and to defined bits.
func TestQuickVectors(t *testing.T) {
	random := rand.New(rand.NewPCG(31, 32))
	var quick []opcode
	for op := int(opCount); op < len(rows); op++ {
		if rows[op].quick != nil {
			quick = append(quick, opcode(op))
		}
	}
	done, defined := map[string]int{}, map[string]int{}
	for _, c := range []Config{{}, {VLEN: 256, KeepAgnostic: true}, {Checks: CheckAll}, {Checks: CheckUndefined, VLEN: 512, TrapMisaligned: true}} {
		general := c
		general.Coverage = true
		a, b := New(c), New(general)
		for round := range 16000 {
			op := quick[round%len(quick)]
			word := rows[op].vector.match | random.Uint32()&^rows[op].vector.mask
			if random.IntN(3) != 0 {
				word |= maskUnmasked &^ rows[op].vector.mask
			}
			if isVectorAccess(word) && random.IntN(4) != 0 {
				word = word&^(31<<15|maskFields&^rows[op].vector.mask) | 11<<15
			}
			seed := random.Uint64()
			for _, m := range []*Machine{a, b} {
				drawVectors(t, m, word, seed)
			}
			before := a.vectorShadow.trial
			got, want := a.Run(1), b.Run(1)
			if a.vectorShadow.trial == trialQuick && before == trialNeeded {
				defined[rows[op].name]++
			}
			if rows[op].quick.do != nil && got.Culprit == 0 {
				done[rows[op].name]++
			}
			if got != want || a.vector.vl != b.vector.vl || a.vector.vtype != b.vector.vtype || a.vector.vstart != b.vector.vstart || a.vector.vxsat != b.vector.vxsat ||
				differing(a, b) != -1 || a.f != b.f || a.FCSR() != b.FCSR() || !slices.Equal(a.vector.registers, b.vector.registers) {
				t.Fatalf("round %d: %s %#x (vtype %#x, vl %d): %+v, want %+v", round, rows[op].name, word, a.vector.vtype, a.vector.vl, got, want)
			}
			if a.tracking() && ([32]uint64(a.xm[:32]) != [32]uint64(b.xm[:32]) || a.fm != b.fm || !slices.Equal(a.vectorShadow.defined, b.vectorShadow.defined)) {
				t.Fatalf("round %d: %s %#x (vtype %#x, vl %d): defined bits differ: x %x and %x\n%x\n%x", round, rows[op].name, word, a.vector.vtype, a.vector.vl,
					a.xm[:32], b.xm[:32], a.vectorShadow.defined, b.vectorShadow.defined)
			}
			if !isVectorAccess(word) {
				continue
			}
			var x, y, mx, my [3 * pageSize]byte
			a.ReadMemoryInto(dataBase, x[:], mx[:])
			b.ReadMemoryInto(dataBase, y[:], my[:])
			if x != y || mx != my {
				t.Fatalf("round %d: %s %#x: memory differs", round, rows[op].name, word)
			}
		}
	}
	for _, op := range quick {
		if rows[op].quick.do != nil && done[rows[op].name] < 2 {
			t.Errorf("%s was executed %d times", rows[op].name, done[rows[op].name])
		}
		if rows[op].quick.shape != (vectorShape{}) && defined[rows[op].name] < 1 {
			t.Errorf("%s found all operands defined %d times", rows[op].name, defined[rows[op].name])
		}
	}
}

// drawVectors puts a machine before an instruction with a state drawn from a seed.
func drawVectors(t *testing.T, m *Machine, word uint32, seed uint64) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 0))
	if m.find(textBase) == nil || seed%64 == 0 {
		m.Reset()
		data := make([]byte, 3*pageSize)
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		for _, r := range []Region{
			{Name: "text", Addr: textBase, Size: 4, Rights: Read | Exec, Data: []byte{0, 0, 0, 0}},
			{Name: "data", Addr: dataBase, Size: 3 * pageSize, Rights: Read | Write, Data: data},
			{Name: "stack", Addr: stackBase, Size: stackSize, Rights: Read | Write, Defined: true},
		} {
			if err := m.Map(r); err != nil {
				t.Fatal(err)
			}
		}
		m.Start(textBase, stackBase+stackSize-256)
	}
	if err := m.WriteMemory(textBase, binary.LittleEndian.AppendUint32(nil, word)); err != nil {
		t.Fatal(err)
	}
	m.PC = textBase
	for i := 3; i < 32; i++ {
		m.SetX(i, random.Uint64()>>random.IntN(64))
		m.SetF(i, []uint64{random.Uint64(), singleBox | 0x3f800000 + random.Uint64N(1<<24), 0x3ff<<52 + random.Uint64N(1<<56)}[random.IntN(3)])
		if m.tracking() && random.IntN(6) == 0 {
			m.SetXDefined(i, m.X(i), random.Uint64())
			m.SetFDefined(i, m.F(i), random.Uint64())
		}
	}
	m.SetX(11, dataBase+random.Uint64N(2*pageSize)&^[]uint64{0, 7}[random.IntN(2)])
	if random.IntN(4) == 0 {
		m.SetX(11, m.X(2)-64+8*random.Uint64N(24))
	}
	m.SetFCSR(random.Uint64N(3)/2<<5 | random.Uint64N(2))
	m.vectorShadow.trial = trialNeeded
	width := random.Uint64N(4)
	vtype := width<<3 | []uint64{0, 1, 2, 3, 5, 6, 7}[random.IntN(7)] | random.Uint64N(4)<<6
	vl := m.SetVType(random.Uint64N(2*m.VLEN()/8), vtype)
	if random.IntN(3) == 0 {
		m.SetVType(allBits, vtype)
	}
	if random.IntN(20) == 0 && vl > 0 {
		m.vector.vstart = random.Uint64N(vl)
	}
	v := m.vector.registers
	for i := 0; i < len(v); i += 8 {
		value := random.Uint64()
		if random.IntN(2) == 0 { // floats of moderate size
			value = []uint64{value&0x807fffff807fffff | 0x3f8000003f000000, value&^(0x7ff<<52) | 0x3fe<<52}[random.IntN(2)]
		}
		binary.LittleEndian.PutUint64(v[i:], value)
		binary.LittleEndian.PutUint64(m.vectorShadow.defined[i:], allBits)
		if random.IntN(24) == 0 {
			binary.LittleEndian.PutUint64(m.vectorShadow.defined[i:], random.Uint64())
		}
	}
}
