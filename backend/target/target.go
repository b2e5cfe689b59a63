// Package target describes the machines that code is made for: rv64gc with more extensions, named by an architecture
// ("rv64gc_zba_zbb") or a profile ("rva22u64"), and the table of those extensions that the code generator uses.
package target

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/isa"
)

// Target is a machine. The zero Target is rv64gc.
type Target struct {
	name string
	vlen uint64 // promised beyond the 128 bits of V
	Features
}

// Features are the extensions beyond rv64gc that the code generator uses where they are there.
type Features struct {
	Zba    bool // address generation
	Zbb    bool // basic bit manipulation
	Zbs    bool // single bits
	Zicond bool // conditional zero
	Zfhmin bool // conversions of f16
	Zfh    bool // arithmetic on f16
	Zfa    bool // rounding to integers, constants
	Zabha  bool // atomics of bytes and halfwords
	Zacas  bool // compare and swap
	Zcb    bool // more 16-bit instructions
	V      bool // vectors, in registers of at least 128 bits
}

// table has a row for each feature: an instruction that a machine has if it has the extension, and the field.
var table = [...]struct {
	op    isa.Op
	field func(*Features) *bool
}{
	{isa.SH1ADD, func(f *Features) *bool { return &f.Zba }},
	{isa.CLZ, func(f *Features) *bool { return &f.Zbb }},
	{isa.BSETI, func(f *Features) *bool { return &f.Zbs }},
	{isa.CZERO_EQZ, func(f *Features) *bool { return &f.Zicond }},
	{isa.FCVT_S_H, func(f *Features) *bool { return &f.Zfhmin }},
	{isa.FADD_H, func(f *Features) *bool { return &f.Zfh }},
	{isa.FROUND_D, func(f *Features) *bool { return &f.Zfa }},
	{isa.AMOADD_B, func(f *Features) *bool { return &f.Zabha }},
	{isa.AMOCAS_D, func(f *Features) *bool { return &f.Zacas }},
	{isa.C_SEXT_B, func(f *Features) *bool { return &f.Zcb }},
}

// base is what every target has, each with an instruction of it.
var base = [...]struct {
	name string
	op   isa.Op
}{{"m", isa.MUL}, {"a", isa.AMOADD_D}, {"d", isa.FADD_D}, {"zicsr", isa.CSRRW}, {"c", isa.C_ADDI}}

// baseName is the name of the zero Target.
const baseName = "rv64gc"

// Parse parses the name of an architecture or profile, as isa.ParseMarch does. The error names the extension that is
// unknown, or one of rv64gc that is missing.
func Parse(name string) (Target, error) {
	march, err := isa.ParseMarch(name)
	if err != nil {
		return Target{}, fmt.Errorf("target %.60q: %w", name, err)
	}
	for _, b := range base {
		if !march.Has(b.op) {
			return Target{}, fmt.Errorf("target %.60q lacks the extension %s, which all code needs", name, b.name)
		}
	}
	t := Target{name: name}
	for _, row := range table {
		*row.field(&t.Features) = march.Has(row.op)
	}
	for vlen := uint64(256); vlen <= 1024; vlen *= 2 {
		if march.HasExtension(fmt.Sprintf("zvl%db", vlen)) {
			t.vlen = vlen
		}
	}
	t.V = march.HasExtension("v") // a part of it has the same instructions for fewer elements
	if name == baseName {
		t.name = ""
	}
	return t, nil
}

// String returns the name that Parse parsed: "rva22u64".
func (t Target) String() string {
	if t.name == "" {
		return baseName
	}
	return t.name
}

// MarshalText returns the name, for encodings of what holds a Target.
func (t Target) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText parses what MarshalText returns.
func (t *Target) UnmarshalText(text []byte) (err error) {
	*t, err = Parse(string(text))
	return err
}

// VLEN returns the least number of bits in a vector register that the target promises, up to 1024, or 0 if that is no
// more than the 128 of every V: "rv64gcv_zvl512b".
func (t Target) VLEN() uint64 { return t.vlen }

// March returns the instructions of the target.
func (t Target) March() isa.March {
	march, err := isa.ParseMarch(t.String())
	if err != nil {
		panic("target: a Target has been parsed: " + err.Error())
	}
	return march
}
