package liveness

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Verify walks a function forwards as a code generator would, with the set of live values, and returns an error naming
// the first instruction at which r is wrong. It checks that
//
//   - an operand is alive, and only a live value dies;
//   - nothing is alive after an instruction that ends the function;
//   - all branches to one block bring the same live set, which is what was alive on
//     its entry less its deaths;
//   - every repeat of a loop, and every dispatch of a loop_switch_br, brings the live
//     set with which it was entered;
//   - the arms of a branch, each begun from the live set at the branch, kill the values named for them.
//
// It shares no code with Analyze.
func Verify(f *air.Func, r *Liveness) error {
	v := verifier{f: f, r: r, slab: newSlab(len(f.Insts)), scopes: make([]arrival, 0, firstChunk)}
	v.live = v.slab.get()
	clear(v.live)
	if err := v.body(f.Body); err != nil {
		return fmt.Errorf("liveness of func @%s: %w", f.Name, err)
	}
	return nil
}

type verifier struct {
	f      *air.Func
	r      *Liveness
	slab   slab
	live   set
	scopes []arrival
}

// arrival is an enclosing block, loop or loop_switch_br. Every branch to it brings the same set; the first branch to a
// block decides which.
type arrival struct {
	inst    air.Index
	live    set
	decided bool
}

func (v *verifier) body(b air.Body) error {
	for _, i := range b {
		if err := v.inst(i, &v.f.Insts[i]); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) inst(i air.Index, in *air.Inst) error {
	if v.r.Unused(i) && !MustLower(v.f, in) {
		return v.skipped(i, in)
	}
	if err := v.operands(i, in); err != nil {
		return err
	}
	if err := v.flow(i, in); err != nil {
		return err
	}
	if !v.r.Unused(i) && !v.live.add(uint32(i)) {
		return fmt.Errorf("%%%d: %s is alive before it is made", i, in.Tag)
	}
	return nil
}

// skipped checks that nothing dies in an instruction that is not lowered.
func (v *verifier) skipped(i air.Index, in *air.Inst) error {
	for op := range in.Ops {
		if v.r.Dies(i, op) {
			return fmt.Errorf("%%%d: %s is not lowered but operand %d dies in it", i, in.Tag, op)
		}
	}
	return nil
}

func (v *verifier) operands(i air.Index, in *air.Inst) error {
	for op, ref := range in.Ops {
		def, ok := ref.Inst()
		dies := v.r.Dies(i, op)
		switch {
		case !ok && dies:
			return fmt.Errorf("%%%d: operand %d is a constant and dies", i, op)
		case ok && !v.live.has(uint32(def)):
			return fmt.Errorf("%%%d: operand %d, %%%d, is not alive", i, op, def)
		case dies:
			v.live.remove(uint32(def))
		}
	}
	return nil
}

// flow follows the control flow of one instruction.
func (v *verifier) flow(i air.Index, in *air.Inst) error {
	switch in.Tag {
	case air.Block, air.DbgInlineBlock:
		return v.block(i, in)
	case air.Loop:
		v.enter(i, true)
		defer v.leave()
		return v.body(in.Bodies[0])
	case air.LoopSwitchBr:
		v.enter(i, true)
		defer v.leave()
		return v.arms(i, in)
	case air.CondBr, air.SwitchBr:
		return v.arms(i, in)
	case air.Try, air.TryCold, air.TryPtr, air.TryPtrCold:
		return v.try(i, in)
	case air.Br, air.Repeat, air.SwitchDispatch:
		return v.arrive(i, in.Target())
	}
	if in.Type.Kind == air.NoReturn {
		return v.end(i, in)
	}
	return nil
}

// end checks that nothing outlives the function.
func (v *verifier) end(i air.Index, in *air.Inst) error {
	for def := range v.f.Insts {
		if v.live.has(uint32(def)) {
			return fmt.Errorf("%%%d: %%%d is alive after %s", i, def, in.Tag)
		}
	}
	return nil
}

// enter opens a scope; at each repeat of a loop, exactly what is alive now must be alive.
func (v *verifier) enter(i air.Index, isLoop bool) {
	s := arrival{inst: i, live: v.slab.get(), decided: isLoop}
	copy(s.live, v.live)
	v.scopes = append(v.scopes, s)
}

func (v *verifier) leave() {
	last := len(v.scopes) - 1
	v.slab.put(v.scopes[last].live)
	v.scopes = v.scopes[:last]
}

// arrive compares the live set at a branch with that of the enclosing instruction it goes to.
func (v *verifier) arrive(i, target air.Index) error {
	for k := len(v.scopes) - 1; k >= 0; k-- {
		s := &v.scopes[k]
		if s.inst != target {
			continue
		}
		if !s.decided {
			s.decided = true
			copy(s.live, v.live)
			return nil
		}
		return v.same(fmt.Sprintf("%%%d: branch to %%%d", i, target), v.live, s.live)
	}
	return fmt.Errorf("%%%d: branch to %%%d, which does not enclose it", i, target)
}

func (v *verifier) same(what string, got, want set) error {
	def, differ := got.firstDifference(want)
	if !differ {
		return nil
	}
	if got.has(def) {
		return fmt.Errorf("%s: %%%d is alive, elsewhere it is dead", what, def)
	}
	return fmt.Errorf("%s: %%%d is dead, elsewhere it is alive", what, def)
}

// block walks the body and checks that the branches bring what was alive on entry less the deaths.
func (v *verifier) block(i air.Index, in *air.Inst) error {
	entry := v.slab.get()
	copy(entry, v.live)
	defer v.slab.put(entry)
	v.enter(i, false)
	defer v.leave()
	if err := v.body(in.Bodies[0]); err != nil {
		return err
	}
	copy(v.live, entry)
	if err := v.die(i, "block", v.r.BlockDeaths(i)); err != nil {
		return err
	}
	s := &v.scopes[len(v.scopes)-1]
	switch noReturn := in.Type.Kind == air.NoReturn; {
	case noReturn && s.decided:
		return fmt.Errorf("%%%d: a br leaves a block of type noreturn", i)
	case noReturn:
		return nil
	case !s.decided:
		return fmt.Errorf("%%%d: no br leaves the block, yet it is not of type noreturn", i)
	}
	return v.same(fmt.Sprintf("%%%d: end of block", i), v.live, s.live)
}

// arms walks every body, each from the live set at the branch.
func (v *verifier) arms(i air.Index, in *air.Inst) error {
	entry := v.slab.get()
	copy(entry, v.live)
	defer v.slab.put(entry)
	for arm, b := range in.Bodies {
		copy(v.live, entry)
		if err := v.die(i, "arm", v.r.ArmDeaths(i, arm)); err != nil {
			return err
		}
		if err := v.body(b); err != nil {
			return err
		}
	}
	return nil
}

// try walks the error body and continues with the rest of the enclosing body.
func (v *verifier) try(i air.Index, in *air.Inst) error {
	entry := v.slab.get()
	copy(entry, v.live)
	defer v.slab.put(entry)
	if err := v.die(i, "error body", v.r.ArmDeaths(i, 0)); err != nil {
		return err
	}
	if err := v.body(in.Bodies[0]); err != nil {
		return err
	}
	copy(v.live, entry)
	return v.die(i, "continuation", v.r.ArmDeaths(i, 1))
}

// die removes the listed deaths from the live set.
func (v *verifier) die(i air.Index, where string, deaths []air.Index) error {
	for _, def := range deaths {
		if !v.live.remove(uint32(def)) {
			return fmt.Errorf("%%%d: %%%d dies in its %s but is not alive", i, def, where)
		}
	}
	return nil
}
