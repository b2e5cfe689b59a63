package isa_test

import (
	"reflect"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"

	"github.com/rvfuzz/rvfuzz/isa"
)

// formats returns one row of each format, so that properties are checked for the rare formats too.
func formats() []isa.Row {
	seen := make(map[string]bool)
	var rows []isa.Row
	for _, row := range isa.Rows() {
		key := row.Format
		for _, o := range row.Operands {
			key += " " + o.Name
		}
		if !seen[key] {
			seen[key] = true
			rows = append(rows, row)
		}
	}
	return rows
}

// genInst generates instructions of one row with operands in range; Encode may still refuse combinations of them.
func genInst(row isa.Row) gopter.Gen {
	return gen.SliceOfN(40, gen.UInt8()).Map(func(data []byte) isa.Inst {
		c := choices{data}
		in := isa.Inst{Op: row.Op}
		for _, o := range row.Operands {
			c.fill(&in, o)
		}
		return in
	})
}

// TestFormatProperties checks for each format that an instruction that encodes decodes to itself, has the row's fixed bits
// and parses back from its text, and that changing an operand changes only the operand's bits of the word.
func TestFormatProperties(t *testing.T) {
	n := 60
	if testing.Short() {
		n = 20
	}
	properties := gopter.NewProperties(parameters(n))
	for _, row := range formats() {
		properties.Property(row.Mnemonic, prop.ForAll(func(a, b isa.Inst) bool {
			wa, errA := isa.Encode(a)
			wb, errB := isa.Encode(b)
			if errA != nil || errB != nil {
				return true
			}
			return wa&row.Mask == row.Match && roundTrips(row, a, wa) && stays(row, a, b, wa, wb)
		}, genInst(row), genInst(row)))
	}
	properties.TestingRun(t)
}

func roundTrips(row isa.Row, in isa.Inst, word uint32) bool {
	back, err := row.Op.Decode(word)
	if err != nil || back != in.Canonical() {
		return false
	}
	back, err = isa.Parse(in.String())
	return err == nil && back == in.Canonical()
}

// stays reports whether a and b differ in the word only where their operands differ.
func stays(row isa.Row, a, b isa.Inst, wa, wb uint32) bool {
	var may uint32
	for _, o := range row.Operands {
		if fieldOf(a, o.Field) != fieldOf(b, o.Field) {
			may |= o.Bits
		}
	}
	return (wa^wb)&^may == 0
}

// fieldOf returns the field of an instruction as a number.
func fieldOf(in isa.Inst, f isa.Field) int64 {
	names := map[isa.Field]string{
		isa.FieldRd: "Rd", isa.FieldRs1: "Rs1", isa.FieldRs2: "Rs2", isa.FieldRs3: "Rs3", isa.FieldImm: "Imm",
		isa.FieldRM: "RM", isa.FieldAqRl: "AqRl", isa.FieldVM: "VM", isa.FieldNF: "NF", isa.FieldCSR: "CSR",
		isa.FieldAVL: "AVL", isa.FieldRList: "RList",
	}
	v := reflect.ValueOf(in).FieldByName(names[f])
	if v.CanInt() {
		return v.Int()
	}
	return int64(v.Uint())
}

// TestCompressionProperties checks for every instruction that has a 16-bit form that Compress and Expand are inverse up to
// the listed equivalences.
func TestCompressionProperties(t *testing.T) {
	properties := gopter.NewProperties(parameters(200))
	for _, row := range isa.Rows() {
		if row.Base == 0 {
			continue
		}
		properties.Property(row.Mnemonic, prop.ForAll(func(in isa.Inst) bool {
			if _, err := isa.Encode(in); err != nil {
				return true
			}
			long, ok := isa.Expand(in)
			if !ok || long.Op != row.Base {
				return false
			}
			short, ok := isa.Compress(long, isa.RVC|isa.Zcb)
			if !ok {
				return in.IsHint()
			}
			again, ok := isa.Expand(short)
			return ok && equivalent(again, long)
		}, genInst(row)))
	}
	properties.TestingRun(t)
}

// TestNoAllocation checks that the paths that run for every instruction of generated code allocate nothing.
func TestNoAllocation(t *testing.T) {
	buf := make([]byte, 0, 64)
	for _, v := range vectors {
		n := testing.AllocsPerRun(10, func() {
			w, _ := isa.Encode(v.in)
			in, _ := v.in.Op.Decode(w)
			buf = in.AppendText(buf[:0])
			buf, _ = isa.Append(buf[:0], in)
			isa.Classify(^w)
		})
		if v.in.Op == isa.CM_PUSH {
			continue // its text builds a register list
		}
		if n != 0 {
			t.Errorf("%s: %v allocations", v.text, n)
		}
	}
}
