package liveness

import (
	"fmt"
	"math/bits"

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
func Verify(f *air.Func, r *Liveness) error { return new(Verifier).Verify(f, r) }

// Verifier verifies functions one after another in the same memory. The zero Verifier is ready. It is not safe for
// concurrent use.
type Verifier struct {
	f      *air.Func
	r      *Liveness
	live   set
	scopes []arrival
	shelf  shelf // of the sets on entry of what is being walked
}

// arrival is an enclosing block, loop or loop_switch_br. Every branch to it brings the same set; the first branch to a
// block decides which.
type arrival struct {
	inst    air.Index
	live    packed
	decided bool
}

// Verify is the function Verify.
func (v *Verifier) Verify(f *air.Func, r *Liveness) error {
	v.f, v.r, v.scopes, v.shelf.parts = f, r, v.scopes[:0], v.shelf.parts[:0]
	v.live.reset(len(f.Insts))
	if err := v.body(f.Body); err != nil {
		return fmt.Errorf("liveness of func @%s: %w", f.Name, err)
	}
	return nil
}

func (v *Verifier) body(b air.Body) error {
	for _, i := range b {
		if err := v.inst(i, &v.f.Insts[i]); err != nil {
			return err
		}
	}
	return nil
}

func (v *Verifier) inst(i air.Index, in *air.Inst) error {
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
func (v *Verifier) skipped(i air.Index, in *air.Inst) error {
	for op := range in.Ops {
		if v.r.Dies(i, op) {
			return fmt.Errorf("%%%d: %s is not lowered but operand %d dies in it", i, in.Tag, op)
		}
	}
	return nil
}

func (v *Verifier) operands(i air.Index, in *air.Inst) error {
	for op, ref := range in.Ops {
		def, ok := ref.Inst()
		dies := v.r.Dies(i, op)
		switch {
		case !ok && dies:
			return fmt.Errorf("%%%d: operand %d is a constant and dies", i, op)
		case ok && !v.live.words.has(uint32(def)):
			return fmt.Errorf("%%%d: operand %d, %%%d, is not alive", i, op, def)
		case dies:
			v.live.remove(uint32(def))
		}
	}
	return nil
}

// flow follows the control flow of one instruction.
func (v *Verifier) flow(i air.Index, in *air.Inst) error {
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
func (v *Verifier) end(i air.Index, in *air.Inst) error {
	if def, ok := v.live.firstDifference(nil); ok {
		return fmt.Errorf("%%%d: %%%d is alive after %s", i, def, in.Tag)
	}
	return nil
}

// enter opens a scope; at each repeat of a loop, exactly what is alive now must be alive.
func (v *Verifier) enter(i air.Index, isLoop bool) {
	n := len(v.scopes)
	if n == cap(v.scopes) {
		v.scopes = append(v.scopes, arrival{})
	}
	v.scopes = v.scopes[:n+1] // with the memory of a set that was here before
	s := &v.scopes[n]
	s.inst, s.decided = i, isLoop
	if isLoop {
		s.live = v.live.pack(s.live[:0])
	}
}

func (v *Verifier) leave() { v.scopes = v.scopes[:len(v.scopes)-1] }

// arrive compares the live set at a branch with that of the enclosing instruction it goes to.
func (v *Verifier) arrive(i, target air.Index) error {
	for k := len(v.scopes) - 1; k >= 0; k-- {
		s := &v.scopes[k]
		if s.inst != target {
			continue
		}
		if !s.decided {
			s.decided = true
			s.live = v.live.pack(s.live[:0])
			return nil
		}
		return v.same(s.live, i, target)
	}
	return fmt.Errorf("%%%d: branch to %%%d, which does not enclose it", i, target)
}

// same compares the live set with what it has to be after a branch of i to target, or at the end of i if that is the
// target.
func (v *Verifier) same(want packed, i, target air.Index) error {
	def, differ := v.live.firstDifference(want)
	if !differ {
		return nil
	}
	place := fmt.Sprintf("%%%d: branch to %%%d", i, target)
	if i == target {
		place = fmt.Sprintf("%%%d: end of block", i)
	}
	if v.live.words.has(def) {
		return fmt.Errorf("%s: %%%d is alive, elsewhere it is dead", place, def)
	}
	return fmt.Errorf("%s: %%%d is dead, elsewhere it is alive", place, def)
}

// firstDifference returns the smallest member of exactly one of the sets.
func (s *set) firstDifference(p packed) (uint32, bool) {
	for k, some := range s.nonzero {
		for ; some != 0; some &= some - 1 {
			own := part{word: uint32(k*wordBits + bits.TrailingZeros64(some))}
			own.bits = s.words[own.word]
			switch {
			case len(p) == 0 || own.word < p[0].word:
				return own.first(), true
			case p[0].word < own.word:
				return p[0].first(), true
			case own.bits != p[0].bits:
				return part{own.word, own.bits ^ p[0].bits}.first(), true
			}
			p = p[1:]
		}
	}
	if len(p) > 0 {
		return p[0].first(), true
	}
	return 0, false
}

// first returns the smallest member of a part.
func (p part) first() uint32 { return p.word*wordBits + uint32(bits.TrailingZeros64(p.bits)) }

// block walks the body and checks that the branches bring what was alive on entry less the deaths.
func (v *Verifier) block(i air.Index, in *air.Inst) error {
	entry := v.shelf.push(&v.live)
	defer v.shelf.pop(entry)
	v.enter(i, false)
	defer v.leave()
	if err := v.body(in.Bodies[0]); err != nil {
		return err
	}
	v.live.become(v.shelf.at(entry))
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
	return v.same(s.live, i, i)
}

// arms walks every body, each from the live set at the branch.
func (v *Verifier) arms(i air.Index, in *air.Inst) error {
	entry := v.shelf.push(&v.live)
	defer v.shelf.pop(entry)
	for arm, b := range in.Bodies {
		v.live.become(v.shelf.at(entry))
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
func (v *Verifier) try(i air.Index, in *air.Inst) error {
	entry := v.shelf.push(&v.live)
	defer v.shelf.pop(entry)
	if err := v.die(i, "error body", v.r.ArmDeaths(i, 0)); err != nil {
		return err
	}
	if err := v.body(in.Bodies[0]); err != nil {
		return err
	}
	v.live.become(v.shelf.at(entry))
	return v.die(i, "continuation", v.r.ArmDeaths(i, 1))
}

// die removes the listed deaths from the live set.
func (v *Verifier) die(i air.Index, where string, deaths []air.Index) error {
	for _, def := range deaths {
		if !v.live.remove(uint32(def)) {
			return fmt.Errorf("%%%d: %%%d dies in its %s but is not alive", i, def, where)
		}
	}
	return nil
}
