package rv64

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// loopOf returns the code of nested loops around random instructions, with forward branches, calls, and accesses to
// data and to where there is nothing.
func loopOf(random *rand.Rand) []byte {
	var code []uint32
	branches := []uint32{0, 1, 4, 5, 6, 7} // by funct3
	work := func(n int) {
		for range n {
			rd, rs1, rs2 := 8+random.Uint32N(8), 8+random.Uint32N(8), 8+random.Uint32N(8)
			switch random.IntN(12) {
			case 0:
				code = append(code, random.Uint32()<<20|rs1<<15|rd<<7|0x13) // addi
			case 1:
				code = append(code, random.Uint32N(64)<<20|rs1<<15|5<<12|rd<<7|0x13) // srli
			case 2:
				code = append(code, random.Uint32N(500)<<20|5<<15|random.Uint32N(7)<<12|rd<<7|0x03) // loads from data
			case 3:
				code = append(code, random.Uint32N(4)<<25|rs2<<20|5<<15|random.Uint32N(4)<<12|random.Uint32N(32)<<7|0x23) // stores
			case 4:
				code = append(code, rs2<<20|[]uint32{rs1, rs2}[random.IntN(2)]<<15|8<<7|0x63|branches[random.IntN(6)]<<12) // over one
				code = append(code, rs2<<20|rs1<<15|rd<<7|0x33)
			case 5:
				code = append(code, 0x0080006f|random.Uint32N(2)<<7) // jal over one, which may link x1
				code = append(code, 0)
			case 6:
				code = append(code, rd<<7|random.Uint32()&^0xfff|0x17|random.Uint32N(2)<<5) // lui, auipc
			case 7:
				code = append(code, 0x02000033|rs2<<20|rs1<<15|rd<<7) // mul
			case 8:
				code = append(code, 0x53|rs2<<20|rs1<<15|rd<<7|7<<12|1<<25|random.Uint32N(4)<<27) // doubles
			case 9:
				code = append(code, 0x9b|rs1<<15|rd<<7, 0x33|rd<<7|rs2<<15) // sext.w, a move
			default:
				code = append(code, random.Uint32N(2)<<30|rs2<<20|rs1<<15|rd<<7|0x33|random.Uint32N(2)<<3) // add, sub
			}
		}
	}
	back := func(register uint32, to int) { // register--, and a branch to an instruction unless it is zero
		code = append(code, 0xfff00013|register<<15|register<<7)
		offset := uint32(4 * (to - len(code)))
		test := []uint32{ // bne with zero; blt or bltu of zero; bge or bgeu of t3, which is one
			register<<15 | 1<<12, register<<20 | 4<<12, register<<20 | 6<<12, register<<15 | 28<<20 | 5<<12, register<<15 | 28<<20 | 7<<12,
		}[random.IntN(5)]
		code = append(code, offset>>12&1<<31|offset>>5&63<<25|test|offset>>1&15<<8|offset>>11&1<<7|0x63)
	}
	code = append(code, 0x01400313) // t1 = 20
	outer := len(code)
	work(random.IntN(6))
	code = append(code, 0x00600393) // t2 = 6
	inner := len(code)
	work(1 + random.IntN(24))
	back(7, inner)
	if random.IntN(3) == 0 {
		code = append(code, 0x0000100f) // fence.i
	}
	if random.IntN(3) == 0 {
		code = append(code, 0x00000297, 0x00c28067|random.Uint32N(2)*5<<7, 0) // auipc t0; jalr 12(t0)
		code = append(code, 0x00058293)                                       // t0 = a1
	}
	back(6, outer)
	code = append(code, 0x00100073) // ebreak
	var text []byte
	for _, word := range code {
		text = binary.LittleEndian.AppendUint32(text, word)
	}
	return text
}

// Blocks do the same as instructions one by one, wherever the steps end.
func TestBlocksAgree(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	plain, general := New(Config{}), New(Config{Coverage: true})
	blocks := 0
	for round := range 1500 {
		code, data := loopOf(random), make([]byte, 2*pageSize)
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		for _, m := range []*Machine{plain, general} {
			m.Reset()
			for _, r := range []Region{
				{Name: "text", Addr: textBase, Size: uint64(len(code)), Rights: Read | Exec, Data: code, Defined: true},
				{Name: "data", Addr: dataBase, Size: 2 * pageSize, Rights: Read | Write, Data: data, Defined: true},
			} {
				if err := m.Map(r); err != nil {
					t.Fatal(err)
				}
			}
			for i := 8; i < 16; i++ {
				m.SetX(i, dataBase+uint64(i)<<(i%5*8))
				m.SetF(i, uint64(i)<<59|uint64(i)<<50)
			}
			at := dataBase + 8*uint64(round%2*470) // so that some accesses cross into the other page
			m.SetX(5, at)
			m.SetX(11, at)
			m.SetX(28, 1)
			m.PC = textBase
		}
		var got, want Halt
		for range 40 {
			n := 1 + random.Uint64N(1+uint64(random.IntN(400)))
			got, want = plain.Run(n), general.Run(n)
			if got != want || differing(plain, general) != -1 || plain.f != general.f || plain.FCSR() != general.FCSR() {
				t.Fatalf("round %d: %+v, want %+v; x%d differs", round, got, want, differing(plain, general))
			}
			if got.Ending != oracle.OutOfSteps {
				break
			}
		}
		var a, b [2 * pageSize]byte
		plain.ReadMemoryInto(dataBase, a[:], nil)
		general.ReadMemoryInto(dataBase, b[:], nil)
		if a != b {
			t.Fatalf("round %d: memory differs", round)
		}
		for _, c := range plain.executed {
			blocks += len(c.blocks)
		}
	}
	if blocks < 1000 {
		t.Errorf("only %d blocks were made", blocks)
	}
}

// differing returns the number of an integer register that differs, or -1.
func differing(a, b *Machine) int {
	for i := range 32 {
		if a.x[i] != b.x[i] {
			return i
		}
	}
	return -1
}
