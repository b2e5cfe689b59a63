package codegen

import (
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// errorName looks up the name of an error by its code.
func (f *function) errorName(i air.Index) error {
	e := f.use(f.inst(i).Ops[0])
	t := f.temp()
	f.insImm(isa.SLLI, t, e, 4)
	return f.finishName(i, t, errorNamesSymbol)
}

// finishName loads the slice at offset t of a table and finishes.
func (f *function) finishName(i air.Index, t isa.Reg, table string) error {
	base := f.temp()
	f.leaSymbol(base, table, 0)
	f.ins(isa.ADD, t, t, base)
	return f.finish(i, f.loadResult(i, place{mir.RegMem(t, 0), 8}))
}

// tagName looks up the name of an enum value by the position of its member.
func (f *function) tagName(i air.Index) error {
	enum := f.typeOf(f.inst(i).Ops[0])
	s := f.operandScalar(i)
	v := f.use(f.inst(i).Ops[0])
	t, item := f.temp(), f.temp()
	f.memberOffset(t, item, v, enum, s)
	f.release(item)
	return f.finishName(i, t, tagNamesPrefix+enum.String())
}

// memberOffset emits t = 16 times the position of the member with value v.
func (f *function) memberOffset(t, item, v isa.Reg, enum *air.Type, s scalar) {
	dense := true
	for n, m := range enum.Members {
		dense = dense && m.Value.IsInt64() && m.Value.Int64() == int64(n)
	}
	if dense {
		f.insImm(isa.SLLI, t, v, 4)
		return
	}
	done := f.out.NewLabel()
	for n, m := range enum.Members {
		f.out.LoadImm(t, int64(16*n))
		f.out.LoadImm(item, s.canonical(lowWord(m.Value)))
		f.out.Branch(isa.BEQ, item, v, done)
	}
	f.out.Trap()
	f.out.Bind(done)
}

// wideTagName is tagName of an enum of more than 64 bits.
func (f *function) wideTagName(i air.Index) error {
	enum := f.typeOf(f.inst(i).Ops[0])
	v := f.valuePlace(f.inst(i).Ops[0])
	t, differs := f.temp(), f.temp()
	done := f.out.NewLabel()
	for n, m := range enum.Members {
		f.differsFrom(differs, v, m.Value, limbsOf(enum))
		f.out.LoadImm(t, int64(16*n))
		f.out.Branch(isa.BEQ, differs, isa.Zero, done)
	}
	f.out.Trap()
	f.out.Bind(done)
	f.release(differs)
	return f.finishName(i, t, tagNamesPrefix+enum.String())
}

// wideIsNamed is isNamedEnumValue of an enum of more than 64 bits. It does not branch on the operand, which may be
// undefined.
func (f *function) wideIsNamed(i air.Index) error {
	enum := f.typeOf(f.inst(i).Ops[0])
	v := f.valuePlace(f.inst(i).Ops[0])
	d, differs := f.dest(i), f.temp()
	f.out.LoadImm(d, 0)
	for _, m := range enum.Members {
		f.differsFrom(differs, v, m.Value, limbsOf(enum))
		f.insImm(isa.SLTIU, differs, differs, 1)
		f.ins(isa.OR, d, d, differs)
	}
	return f.finish(i, regValue(d))
}

// differsFrom emits d = zero if and only if an integer of several limbs in memory has a value.
func (f *function) differsFrom(d isa.Reg, p place, v *big.Int, limbs int64) {
	limb, want := f.temp(), f.temp()
	f.out.LoadImm(d, 0)
	for n := range limbs {
		f.loadInt(limb, p.at(8*n), 8, false)
		f.out.LoadImm(want, lowWord(new(big.Int).Rsh(v, uint(64*n))))
		f.ins(isa.XOR, limb, limb, want)
		f.ins(isa.OR, d, d, limb)
	}
	f.release(limb)
	f.release(want)
}
