package rv64

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// instructionFor returns an instruction that becomes an operation of that name, on random registers. x5 points to data,
// x28 to code.
func instructionFor(random *rand.Rand, name string) inst {
	register := func() uint8 { return 8 + uint8(random.Uint32N(4)) }
	s := inst{rd: register(), rs1: register(), rs2: register(), imm: int64(1 + random.Uint32N(31)), length: 4}
	switch name {
	case "Const":
		s.op, s.rs1 = opAddi, 0
	case "Move":
		s.op, s.imm = opAddi, 0
	case "SextW":
		s.op, s.imm = opAddiw, 0
	case "Jalr":
		s.op, s.rd, s.rs1, s.imm = opJalr, 1, 28, 0
	default:
		for s.op = 0; rows[s.op].name != name; s.op++ {
		}
	}
	switch r := &rows[s.op]; r.kind {
	case kindLoad, kindLoadF, kindStore, kindStoreF:
		s.rs1, s.imm = 5, int64(random.Uint32N(64))
	case kindBranch:
		s.imm = 8
	case kindReg:
		s.imm = 0
	}
	return s
}

// microOf returns the operation of an instruction alone.
func microOf(s *inst) micro {
	o := operation{do: micros[s.op], rd: s.rd, rs1: s.rs1, rs2: s.rs2, imm: int32(s.imm)}
	o.simplify(s, &rows[s.op], textBase)
	return o.do
}

// Every sequence that is executed as one does what its instructions do one by one, with their accesses to one page, across
// two pages, and to where there is nothing.
func TestFusedAgree(t *testing.T) {
	random := rand.New(rand.NewPCG(31, 32))
	for _, sequence := range fusedOps {
		names := strings.Split(sequence, ",")
		for _, data := range []uint64{dataBase, dataBase + pageSize - 36, dataBase + 2*pageSize - 36} {
			plain, general := New(Config{}), New(Config{Coverage: true})
			var code []inst
			for _, name := range names {
				code = append(code, instructionFor(random, name))
			}
			for _, m := range []*Machine{plain, general} {
				mapFused(t, m, code)
			}
			for round := range hot + 5 {
				at := data
				if round < hot { // the block is made of what does not trap
					at = dataBase
				}
				for _, m := range []*Machine{plain, general} {
					m.PC = textBase
					for i := 8; i < 12; i++ {
						m.SetX(i, uint64(round*i%3)<<(i*round%40))
						m.SetF(i, uint64(round*i))
					}
					m.SetX(5, at)
					m.SetX(28, textBase+24)
				}
				got, want := plain.Run(100), general.Run(100)
				if got != want || differing(plain, general) != -1 || plain.f != general.f {
					t.Fatalf("%s, round %d: %+v, want %+v; x%d differs", sequence, round, got, want, differing(plain, general))
				}
			}
			var a, b [2 * pageSize]byte
			plain.ReadMemoryInto(dataBase, a[:], nil)
			general.ReadMemoryInto(dataBase, b[:], nil)
			if a != b {
				t.Fatalf("%s: memory differs", sequence)
			}
			do := microOf(&code[0])
			for i := range code[1:] {
				do = fused[do][microOf(&code[1+i])]
			}
			if blocks := plain.executed[0].blocks; do == doGeneral || len(blocks) == 0 || blocks[0].operations[0].do != do {
				t.Fatalf("%s was not executed as one", sequence)
			}
		}
	}
}

// mapFused maps instructions, no-ops and breakpoints after them, and data.
func mapFused(t *testing.T, m *Machine, code []inst) {
	t.Helper()
	text := make([]byte, 32)
	for at := range 8 {
		word := uint32(0x0000_0013) // nop
		if at > 4 {
			word = 0x0010_0073 // ebreak
		}
		copy(text[4*at:], []byte{byte(word), byte(word >> 8), byte(word >> 16), byte(word >> 24)})
	}
	for _, r := range []Region{
		{Name: "text", Addr: textBase, Size: uint64(len(text)), Rights: Read | Exec, Data: text, Defined: true},
		{Name: "data", Addr: dataBase, Size: 2 * pageSize, Rights: Read | Write, Defined: true},
	} {
		if err := m.Map(r); err != nil {
			t.Fatal(err)
		}
	}
	m.PC = textBase
	m.fetch()
	for i, s := range code {
		m.code.code[2*i] = s
	}
}
