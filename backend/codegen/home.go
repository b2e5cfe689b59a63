package codegen

import (
	"errors"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/promote"
	"github.com/rvfuzz/rvfuzz/isa"
)

// A promoted variable (package promote) lives in its home register from its alloc on. The register manager does not
// know homes: nothing else is ever in them, and nothing is spilled from them.

// ErrHomes is the error of Generate if an instruction changes a home, by a call of the runtime library or as inline
// assembly, which the plan did not foresee.
var ErrHomes = errors.New("codegen: an instruction changes the home of a variable")

// allocHome makes an alloc a variable in a register. What is there on entry may be no value of the type.
func (f *function) allocHome(i air.Index, r isa.Reg, clear bool) error {
	if clear {
		f.setReg(r, undefValue())
	}
	return f.finish(i, MCValue{kind: variable, reg: r})
}

// loadHome yields a variable: the home itself if that does not change before the last use, else a copy.
func (f *function) loadHome(i air.Index, r isa.Reg) error {
	if role, _ := f.opts.Plan.Of(i); role == promote.Alias {
		return f.finish(i, regValue(r))
	}
	d := f.dest(i)
	f.moveRegister(d, r)
	return f.finish(i, regValue(d))
}

// storeHome sets a variable. A store of undefined changes nothing, store_safe sets the pattern.
func (f *function) storeHome(i air.Index, r isa.Reg) error {
	in := f.inst(i)
	v := f.resolve(in.Ops[1])
	switch {
	case v.kind != undef:
		f.setReg(r, v)
	case in.Tag == air.StoreSafe:
		f.setReg(r, f.undefinedPattern(f.typeOf(in.Ops[1])))
	}
	return f.finish(i, noneValue())
}

// undefinedPattern returns the value that is loaded where all bytes are undefinedByte.
func (f *function) undefinedPattern(t *air.Type) MCValue {
	pattern := uint64(undefinedByte) * 0x0101010101010101
	if f.classOf(t) == floatClass {
		return immValue(boxed(pattern&(1<<(t.Bits-1)<<1-1), t.Bits))
	}
	s, _ := scalarOf(t)
	return immValue(s.canonical(int64(pattern)))
}

// targetHome returns the home in which the result of an instruction is to be computed, once per instruction.
func (f *function) targetHome(i air.Index) (isa.Reg, bool) {
	role, r := f.opts.Plan.Of(i)
	return r, role == promote.Target && !f.homeUsed
}

// isTarget reports whether the result of an instruction is to be computed in a home.
func (f *function) isTarget(i air.Index) bool {
	_, ok := f.targetHome(i)
	return ok
}

// readsHome reports whether an operand of an instruction is in a home.
func (f *function) readsHome(i air.Index, r isa.Reg) bool {
	for _, op := range f.inst(i).Ops {
		if o, ok := op.Inst(); ok && f.tracking[o].short.kind == home && f.tracking[o].short.reg == r {
			return true
		}
	}
	return false
}

// homeValue returns the value of a result that is in a home.
func (f *function) homeValue(i air.Index, r isa.Reg) MCValue {
	if role, reg := f.opts.Plan.Of(i); f.opts.Verify && (reg != r || role != promote.Alias && role != promote.Target) {
		f.broken("%%%d is born in %s, the home of a variable", i, r)
	}
	return MCValue{kind: home, reg: r}
}
