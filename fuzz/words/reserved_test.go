package words_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// vectorTrial executes single vector instructions on the reference machine under every vtype.
type vectorTrial struct {
	t *testing.T
	m *rv64.Machine
}

const (
	trialText = 0x10000
	trialData = 0x20000
)

func newVectorTrial(t *testing.T) vectorTrial {
	m := rv64.New(rv64.Config{VLEN: 256}) // where LMUL 1 is enough for every instruction
	for _, r := range []rv64.Region{
		{Name: "text", Addr: trialText, Size: 64, Rights: rv64.Read | rv64.Exec},
		{Name: "data", Addr: trialData, Size: 1 << 16, Rights: rv64.Read | rv64.Write},
	} {
		if err := m.Map(r); err != nil {
			t.Fatal(err)
		}
	}
	return vectorTrial{t, m}
}

// legal reports whether a vector instruction is executed under a vtype, with an empty vector so that nothing depends on data.
func (v vectorTrial) legal(word uint32, vtype int64) bool {
	set, err := isa.Encode(isa.Inst{Op: isa.VSETIVLI, Imm: vtype})
	if err != nil {
		v.t.Fatal(err)
	}
	code := binary.LittleEndian.AppendUint32(nil, set)
	code = binary.LittleEndian.AppendUint32(code, word)
	code = binary.LittleEndian.AppendUint32(code, 0x00100073)
	if err := v.m.WriteMemory(trialText, code); err != nil {
		v.t.Fatal(err)
	}
	for i := 1; i < 32; i++ {
		v.m.SetX(i, trialData)
	}
	v.m.PC = trialText
	end := v.m.Run(3)
	if end.PC == trialText {
		v.t.Fatalf("vtype %d is not set: %s", vtype, end.Reason)
	}
	return end.Reason != "illegal-instruction"
}

// underAny reports whether a vector instruction is executed under some vtype.
func (v vectorTrial) underAny(word uint32) bool {
	for vtype := range int64(32) {
		if vtype&7 != 4 && v.legal(word, vtype) {
			return true
		}
	}
	return false
}

// TestReservedVectors checks that isa reserves a vector instruction if and only if the reference machine, which knows vtype,
// traps under every one. It visits words of all rows in which the registers are the same, next to each other, or v0.
func TestReservedVectors(t *testing.T) {
	trial := newVectorTrial(t)
	for _, row := range isa.Rows() {
		if row.Mnemonic[0] != 'v' || strings.HasPrefix(row.Mnemonic, "vset") || !words.SupportOf(row.Op).Machine {
			continue
		}
		mismatches := 0
		eachOverlap(row, func(word uint32) {
			op, legality := isa.Classify(word)
			if op != row.Op || mismatches > 2 {
				return
			}
			if executed := trial.underAny(word); executed != (legality == isa.Legal) {
				in, err := isa.Decode(word)
				t.Errorf("%#x: isa says %s, %v; the machine executes it under some vtype: %v", word, in, err, executed)
				mismatches++
			}
		})
	}
}

// eachOverlap calls do with words of a row whose vector registers take all combinations of a few numbers.
func eachOverlap(row isa.Row, do func(word uint32)) {
	list := []uint32{row.Match}
	for _, o := range row.Operands {
		choices := []uint32{0}
		switch {
		case o.File == isa.VectorFile:
			choices = []uint32{0, 8, 9, 16}
		case o.Field == isa.FieldVM, o.Field == isa.FieldNF:
			choices = []uint32{0, 1}
		case o.File == isa.IntFile:
			choices = []uint32{5}
		}
		var longer []uint32
		for _, w := range list {
			for _, c := range choices {
				longer = append(longer, w|words.Spread(c, o.Bits))
			}
		}
		list = longer
	}
	for _, w := range list {
		do(w)
	}
}
