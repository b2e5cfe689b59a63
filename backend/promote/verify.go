package promote

import (
	"fmt"
	"math/bits"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Verify checks a plan by walking over the function once, with a picture of the registers: which variable each home
// belongs to, and a version that changes with each write. It is independent of how the plan was made.
//
// A promoted alloc is only loaded and stored whole; when that happens, its home is its own, also in the next round of a
// loop. An alias is used only as long as the register is as it was at the load. A target is stored before anything else
// happens to its variable, on every path. Registers that calls change belong to no variable after one.
func Verify(f *air.Func, p *Plan, l Limits) error {
	if p == nil || p.entries == nil {
		return nil
	}
	if len(p.entries) != len(f.Insts) {
		return fmt.Errorf("the plan is of another function")
	}
	if bad := p.homes &^ l.Allocatable; bad != 0 {
		return fmt.Errorf("%s is a home but not allocatable", isa.Reg(bits.TrailingZeros64(uint64(bad))))
	}
	v := verifier{f: f, limits: l, plan: p, seen: make([]sight, len(f.Insts)), loops: map[air.Index]loopEffect{}}
	v.collect(f.Body)
	v.body(f.Body)
	return v.err
}

type verifier struct {
	f       *air.Func
	limits  Limits
	plan    *Plan
	owner   [64]air.Index // of a home: the alloc and 1, 0 if it is nobody's
	version [64]int
	pending [64]air.Index // the target that is computed in a home and not stored yet, and 1
	unset   abi.Set       // homes of variables that are not stored yet
	seen    []sight       // by instruction: what an alias saw
	loops   map[air.Index]loopEffect
	clock   int
	err     error
}

// sight is the register of an alias, and its version.
type sight struct {
	reg     isa.Reg
	version int
}

func (v *verifier) fail(i air.Index, what string, args ...any) {
	if v.err == nil {
		v.err = fmt.Errorf("%%%d: %s", i, fmt.Sprintf(what, args...))
	}
}

func (v *verifier) body(b air.Body) {
	for _, i := range b {
		in := &v.f.Insts[i]
		v.operands(i, in)
		v.effect(i, in)
		if len(in.Bodies) > 0 {
			v.nested(i, in)
		}
	}
}

// operands checks what an instruction reads.
func (v *verifier) operands(i air.Index, in *air.Inst) {
	for op, r := range in.Ops {
		o, ok := r.Inst()
		if !ok {
			continue
		}
		role, reg := v.plan.Of(o)
		switch role {
		case Alias:
			if s := v.seen[o]; s.reg != reg || s.version != v.version[reg] {
				v.fail(i, "%s has changed since %%%d", reg, o)
			}
		case Variable, Cleared:
			if !accesses(v.f, in, op) {
				v.fail(i, "the address of %%%d escapes", o)
			} else if in.Tag != air.DbgVarPtr && v.owner[reg] != o+1 {
				v.fail(i, "%s is not the home of %%%d here", reg, o)
			}
		case Target:
			if s := in.Tag; op != 1 || s != air.Store && s != air.StoreSafe || v.pending[reg] != o+1 {
				v.fail(i, "%%%d is used other than by the store to %s", o, reg)
			}
		}
	}
}

// effect checks and notes what an instruction does to the homes.
func (v *verifier) effect(i air.Index, in *air.Inst) {
	if in.Tag.IsTerminator() || len(in.Bodies) > 0 {
		v.nothingPending(i)
	}
	if in.Tag.IsCall() && in.Type.Kind != air.NoReturn {
		v.lose(v.plan.homes & abi.CallerSaved)
	}
	switch role, reg := v.plan.Of(i); role {
	case Variable, Cleared:
		if v.limits.registerFile(in.Type.Elem)>>reg&1 == 0 || !v.limits.promotable(in) {
			v.fail(i, "%s cannot hold this variable", reg)
		}
		v.owner[reg] = i + 1
		v.unset |= 1 << reg
		if role == Cleared {
			v.nothingPendingIn(i, reg)
			v.unset &^= 1 << reg
		}
		if v.pending[reg] == 0 {
			v.write(reg)
		}
		return
	case Alias:
		v.seen[i] = sight{reg, v.version[reg]}
		if o, ok := in.Ops[0].Inst(); in.Tag != air.Load || !ok || v.owner[reg] != o+1 {
			v.fail(i, "it does not load the variable in %s", reg)
		}
	case Target:
		v.nothingPendingIn(i, reg)
		v.write(reg)
		v.pending[reg] = i + 1
		return
	}
	if in.Tag != air.Load && in.Tag != air.Store && in.Tag != air.StoreSafe {
		return
	}
	if o, ok := in.Ops[0].Inst(); ok {
		if role, reg := v.plan.Of(o); role == Variable || role == Cleared {
			v.access(i, in, reg)
		}
	}
}

// access notes a load or a store of a promoted variable.
func (v *verifier) access(i air.Index, in *air.Inst, reg isa.Reg) {
	if in.Tag == air.Load {
		v.nothingPendingIn(i, reg)
		if v.unset.Has(reg) {
			v.fail(i, "%s is read before it is written", reg)
		}
		return
	}
	v.unset &^= 1 << reg
	if o, ok := in.Ops[1].Inst(); ok && v.pending[reg] == o+1 {
		v.pending[reg] = 0
		return
	}
	v.nothingPendingIn(i, reg)
	v.write(reg)
}

func (v *verifier) write(reg isa.Reg) {
	v.clock++
	v.version[reg] = v.clock
}

// lose makes registers nobody's, with unknown contents.
func (v *verifier) lose(regs abi.Set) {
	for ; regs != 0; regs &= regs - 1 {
		r := isa.Reg(bits.TrailingZeros64(uint64(regs)))
		v.owner[r] = 0
		v.write(r)
	}
}

func (v *verifier) nothingPending(i air.Index) {
	for h := v.plan.homes; h != 0; h &= h - 1 {
		v.nothingPendingIn(i, isa.Reg(bits.TrailingZeros64(uint64(h))))
	}
}

func (v *verifier) nothingPendingIn(i air.Index, reg isa.Reg) {
	if o := v.pending[reg]; o != 0 {
		v.fail(i, "%%%d is in %s and not stored yet", o-1, reg)
	}
}

// loopEffect is what a loop does to the homes.
type loopEffect struct{ written, taken abi.Set }

// nested walks over the bodies. Before and after a loop, what its body writes is unknown, and the registers that it
// takes for variables of its own, or that a call in it changes, are nobody's.
func (v *verifier) nested(i air.Index, in *air.Inst) {
	loop := v.loops[i]
	v.forget(loop.written, loop.taken)
	for _, b := range in.Bodies {
		v.body(b)
	}
	v.forget(loop.written, loop.taken)
}

// collect finds the effects of the loops in a body, and returns that of the body.
func (v *verifier) collect(b air.Body) (all loopEffect) {
	for _, i := range b {
		in := &v.f.Insts[i]
		var e loopEffect
		switch role, reg := v.plan.Of(i); {
		case role == Variable || role == Cleared:
			e = loopEffect{1 << reg, 1 << reg}
		case role == Target:
			e.written = 1 << reg
		case in.Tag == air.Store || in.Tag == air.StoreSafe:
			if o, ok := in.Ops[0].Inst(); ok {
				if role, reg := v.plan.Of(o); role == Variable || role == Cleared {
					e.written = 1 << reg
				}
			}
		case in.Tag.IsCall() && in.Type.Kind != air.NoReturn:
			e.taken = v.plan.homes & abi.CallerSaved
		}
		for _, nested := range in.Bodies {
			n := v.collect(nested)
			e = loopEffect{e.written | n.written, e.taken | n.taken}
		}
		if in.Tag == air.Loop || in.Tag == air.LoopSwitchBr {
			v.loops[i] = e
		}
		all = loopEffect{all.written | e.written, all.taken | e.taken}
	}
	return all
}

func (v *verifier) forget(written, taken abi.Set) {
	v.lose(taken)
	for w := written; w != 0; w &= w - 1 {
		v.write(isa.Reg(bits.TrailingZeros64(uint64(w))))
	}
}
