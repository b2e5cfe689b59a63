package rv64

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// Words of the tests below. a0 is the stack, where nothing is defined, a1 data.
const (
	vset8       = 0xcc047057 // vsetivli zero,8,e8,m1,ta,ma
	vsetJunk    = 0x0c037657 // vsetvli a2,t1,e8,m1,ta,ma
	vle8Stack   = 0x02050087 // vle8.v v1,(a0)
	vse8Data    = 0x020580a7 // vse8.v v1,(a1)
	vandZero    = 0x26103157 // vand.vi v2,v1,0
	vandOne     = 0x2610b157 // vand.vi v2,v1,1
	vmvV2       = 0x42202657 // vmv.x.s a2,v2
	vmvV1       = 0x42102657 // vmv.x.s a2,v1
	vle8Masked  = 0x00058107 // vle8.v v2,(a1),v0.t
	vluxei      = 0x06158107 // vluxei8.v v2,(a1),v1
	vlseJunk    = 0x0a658107 // vlse8.v v2,(a1),t1
	vmseqSelf   = 0x62108057 // vmseq.vv v0,v1,v1
	vfirst      = 0x4208a657 // vfirst.m a2,v0
	vaddSelf    = 0x02108157 // vadd.vv v2,v1,v1
	vmvWhole    = 0x9e103257 // vmv1r.v v4,v1
	vle8Defined = 0x02058087 // vle8.v v1,(a1)
	vmxorSelf   = 0x6e002057 // vmxor.mm v0,v0,v0
	vmxnorSelf  = 0x7e002057 // vmxnor.mm v0,v0,v0
	vmvV4       = 0x42402657 // vmv.x.s a2,v4
)

func TestVectorDefinedness(t *testing.T) {
	branch := rType(0, 0, 12, 1, 4, 0x63) // bne a2,zero,.+4
	tests := []struct {
		name   string
		words  []uint32
		reason string
	}{
		{"what is loaded undefined", []uint32{vle8Stack, vmvV1, branch}, "undefined-branch"},
		{"and stored", []uint32{vle8Stack, vse8Data, iType(0, 11, 3, 12, 0x03), branch}, "undefined-branch"},
		{"and not looked at", []uint32{vle8Stack, vmvV1}, ""},
		{"masked to nothing", []uint32{vle8Stack, vandZero, vmvV2, branch}, ""},
		{"masked to a bit", []uint32{vle8Stack, vandOne, vmvV2, branch}, "undefined-branch"},
		{"masked to another bit", []uint32{vle8Stack, vandOne, vmvV2, iType(2, 12, 7, 12, 0x13), branch}, ""},
		{"a sum", []uint32{vle8Stack, vaddSelf, vmvV2, branch}, "undefined-branch"},
		{"the low bit of a sum of equals", []uint32{vle8Stack, vaddSelf, vmvV2, iType(1, 12, 7, 12, 0x13), branch}, ""},
		{"a whole register", []uint32{vle8Stack, vmvWhole, vmvV4, branch}, "undefined-branch"},
		{"a comparison with itself", []uint32{vle8Stack, vmseqSelf, vfirst, branch}, ""},
		{"the mask of an access", []uint32{vle8Masked}, "undefined-mask"},
		{"the mask of an access up to vl", []uint32{0xcc027057, vle8Defined, vmseqSelf, vle8Masked}, ""}, // vsetivli zero,4,e8,m1,ta,ma
		{"the mask of an access up to less than vl", []uint32{0xcc027057, vle8Defined, vmseqSelf, 0xcc02f057, vle8Masked}, "undefined-mask"},
		{"indices that the mask excludes", []uint32{vle8Stack, vmxorSelf, vluxei &^ (1 << 25)}, ""},
		{"indices that the mask includes", []uint32{vle8Stack, vmxnorSelf, vluxei &^ (1 << 25)}, "undefined-address"},
		{"its indices", []uint32{vle8Stack, vluxei}, "undefined-address"},
		{"its stride", []uint32{vlseJunk}, "undefined-address"},
		{"the length", []uint32{vsetJunk}, "undefined-csr"},
	}
	m := New(Config{Checks: CheckAll})
	for _, test := range tests {
		program(t, m, append(append([]uint32{vset8}, test.words...), ret, ret)...)
		m.SetX(2, stackBase+stackSize-64)
		m.SetX(10, stackBase+stackSize-64)
		m.SetX(11, dataBase)
		got := m.Call(textBase, 100)
		ending := oracle.Broken
		if test.reason == "" {
			ending = oracle.Returned
		}
		if got.Ending != ending || got.Reason != test.reason {
			t.Errorf("%s: %v %q (%s), want %v %q", test.name, got.Ending, got.Reason, got.Place, ending, test.reason)
		}
	}
}

// Where everything that an instruction may read is defined, trials find what is concluded without them.
func TestDefinedWithoutTrial(t *testing.T) {
	random := rand.New(rand.NewPCG(41, 42))
	m := New(Config{Checks: CheckAll, VLEN: 256})
	concluded := 0
	for range 20_000 {
		row := &vectorRows[random.IntN(len(vectorRows))]
		word := row.match | random.Uint32()&^row.mask
		if isVectorAccess(word) {
			continue
		}
		m.SetVType(random.Uint64N(70), random.Uint64N(256)&^4|random.Uint64N(2)*5)
		for i := range m.vector.registers {
			m.vector.registers[i] = byte(random.Uint64() >> random.IntN(64))
		}
		for i := range 32 {
			m.SetXDefined(i, random.Uint64(), allBits)
			m.SetFDefined(i, random.Uint64(), allBits)
		}
		shadow := &m.vectorShadow
		shadow.defineAll()
		setAll(shadow.defined[random.Uint64N(32)*m.vector.vlenb:][:m.vector.vlenb], 0)
		if run := m.newRun(word, row); !run.allDefined() {
			continue
		}
		concluded++
		m.tryVector(word, row)
		next, x, f := slices.Clone(shadow.next), shadow.x, shadow.f
		copy(shadow.next, shadow.defined)
		m.tryUndefined(word, row)
		if !bytes.Equal(next, shadow.next) || x != shadow.x || f != shadow.f {
			t.Fatalf("%s %#x under vtype %#x, vl %d: %x, x %#x, f %#x without trial, %x, %#x, %#x with", row.name, word, m.vector.vtype, m.vector.vl,
				next, x, f, shadow.next, shadow.x, shadow.f)
		}
	}
	if concluded < 2000 {
		t.Errorf("only %d instructions were concluded without trial", concluded)
	}
}
