package backend

import (
	"encoding/binary"
	"strings"
	"sync"

	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/target"
	"github.com/rvfuzz/rvfuzz/isa"
)

// extensions are what code may use, in the canonical order of the manual ("ISA Extension Naming Conventions"), each with
// an instruction that a machine has if it has the extension.
var extensions = [...]struct {
	name string
	op   isa.Op
}{
	{"i", isa.ADDI}, {"m", isa.MUL}, {"a", isa.AMOADD_D}, {"f", isa.FADD_S}, {"d", isa.FADD_D}, {"c", isa.C_ADDI}, {"v", isa.VSETVLI},
	{"zicond", isa.CZERO_EQZ}, {"zicsr", isa.CSRRW}, {"zifencei", isa.FENCE_I}, {"zabha", isa.AMOADD_B}, {"zacas", isa.AMOCAS_D},
	{"zfa", isa.FROUND_D}, {"zfh", isa.FADD_H}, {"zfhmin", isa.FCVT_S_H}, {"zcb", isa.C_LBU},
	{"zba", isa.SH1ADD}, {"zbb", isa.CLZ}, {"zbs", isa.BSETI},
}

// architecture returns the extensions of a target that code may use, as files name them: "rv64i2p1_m2p0".
func architecture(t target.Target) string {
	march := t.March()
	var names []string
	for _, e := range extensions {
		if march.Has(e.op) {
			names = append(names, isa.Versioned(e.name))
		}
	}
	return "rv64" + strings.Join(names, "_")
}

// stackAlign is how sp is aligned at a call, in bytes.
const stackAlign = 16

// attributesByTarget holds an object for each target.Target that was compiled for.
var attributesByTarget sync.Map

// attributes returns the section that tells linkers and debuggers the target (psABI, "Attributes").
func attributes(t target.Target) link.Object {
	if o, ok := attributesByTarget.Load(t); ok {
		return o.(link.Object)
	}
	const ofFile, tagStackAlign, tagArch, vendor = 1, 4, 5, "riscv\x00"
	list := append(append([]byte{tagStackAlign, stackAlign, tagArch}, architecture(t)...), 0)
	list = append(binary.LittleEndian.AppendUint32([]byte{ofFile}, uint32(len(list))+5), list...)
	list = append([]byte(vendor), list...)
	list = append(binary.LittleEndian.AppendUint32([]byte{'A'}, uint32(len(list))+4), list...)
	o := link.Object{Name: link.Attributes, Section: link.Debug, Data: list}
	attributesByTarget.Store(t, o)
	return o
}
