package words_test

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// lackedOps are the unprivileged 32-bit instructions that the reference machine lacks.
func lackedOps() map[isa.Op]bool {
	lacked := map[isa.Op]bool{}
	for _, row := range isa.Rows() {
		switch row.Ext {
		case "Q", "Zfa", "Zfhmin", "Zicfiss":
			lacked[row.Op] = !words.SupportOf(row.Op).Machine && row.Size == 4
		}
	}
	return lacked
}

// TestLackingIsUnsupported checks that the machine calls a word unsupported exactly if it is a legal instruction that an
// unprivileged program may use and that the machine lacks, for random words of the major opcodes of such instructions.
func TestLackingIsUnsupported(t *testing.T) {
	lacked := lackedOps()
	m := rv64.New(rv64.Config{})
	if err := m.Map(rv64.Region{Name: "text", Addr: trialText, Size: 64, Rights: rv64.Read | rv64.Exec}); err != nil {
		t.Fatal(err)
	}
	seen := map[isa.Op]bool{}
	check := func(word uint32) {
		op, legality := isa.Classify(word)
		want := legality == isa.Legal && lacked[op]
		if err := m.WriteMemory(trialText, binary.LittleEndian.AppendUint32(nil, word)); err != nil {
			t.Fatal(err)
		}
		m.PC = trialText
		if end := m.Run(1); (end.Ending == oracle.Unsupported) != want {
			t.Fatalf("%#x: isa says %v of %v; the machine ends as %v %q", word, legality, op, end.Ending, end.Reason)
		}
		if want {
			seen[op] = true
		}
	}
	random := rand.New(rand.NewPCG(31, 32))
	majors := []uint32{0x07, 0x27, 0x2f, 0x43, 0x47, 0x4b, 0x4f, 0x53}
	for range 100_000 {
		word := random.Uint32()
		if random.IntN(2) == 0 {
			word &= 0xfe7fffff // the rs2 field of most is small
		}
		check(word&^0x7f | majors[random.IntN(len(majors))])
	}
	for op, is := range lacked {
		if row := op.Row(); is {
			check(row.Match)
			if !seen[op] {
				t.Errorf("no word of %s was visited", row.Mnemonic)
			}
		}
	}
}
