package air

import (
	"errors"
	"fmt"
	"slices"
)

// checkAtomic checks the type that an atomic access reads or writes.
func checkAtomic(pointer, t *Type) error {
	if err := pointsTo(pointer, t); err != nil {
		return err
	}
	if _, scalar := t.Scalar(); !scalar && t.Kind != Float {
		return fmt.Errorf("%s cannot be accessed atomically", t)
	}
	return nil
}

func checkOrder(in *Inst) error {
	x, ok := in.Extra.(*AtomicExtra)
	switch {
	case !ok || x.Order > SeqCst || x.Failure > SeqCst:
		return errors.New("there is no such memory order")
	case x.Operation > OpMin:
		return errors.New("atomic_rmw has no such operator")
	}
	return nil
}

func checkCmpxchg(v *verifier, in *Inst) error {
	expected, replacement := v.op(in, 1), v.op(in, 2)
	switch {
	case expected != replacement:
		return fmt.Errorf("operands of types %s and %s", expected, replacement)
	case in.Type.Kind != Optional || in.Type.Elem != expected:
		return badResult(in.Type, "?"+expected.String())
	}
	if err := checkOrder(in); err != nil {
		return err
	}
	return checkAtomic(v.op(in, 0), expected)
}

func checkFence(_ *verifier, in *Inst) error {
	if err := checkOrder(in); err != nil {
		return err
	}
	if order := in.Extra.(*AtomicExtra).Order; order < Acquire {
		return fmt.Errorf("a fence cannot be %s", order)
	}
	return nil
}

func checkAtomicLoad(v *verifier, in *Inst) error {
	if err := checkOrder(in); err != nil {
		return err
	}
	return checkAtomic(v.op(in, 0), in.Type)
}

func checkAtomicStore(v *verifier, in *Inst) error { return checkAtomic(v.op(in, 0), v.op(in, 1)) }

func checkAtomicRmw(v *verifier, in *Inst) error {
	if t := v.op(in, 1); t != in.Type {
		return badOperand(t, "the result's "+in.Type.String())
	}
	return checkAtomicLoad(v, in)
}

// target returns the target of a jump, which must enclose it.
func (v *verifier) target(in *Inst) (*Inst, error) {
	i := in.Target()
	if int(i) >= len(v.f.Insts) || v.state[i] != open {
		return nil, fmt.Errorf("its target %%%d does not enclose it", i)
	}
	return &v.f.Insts[i], nil
}

func checkBr(v *verifier, in *Inst) error {
	block, err := v.target(in)
	switch {
	case err != nil:
		return err
	case block.Tag != Block && block.Tag != DbgInlineBlock:
		return fmt.Errorf("its target %%%d is not a block", in.N)
	case v.op(in, 0) != block.Type:
		return fmt.Errorf("it passes a %s to a block of type %s", v.op(in, 0), block.Type)
	}
	v.left[in.Target()] = true
	return nil
}

func checkRepeat(v *verifier, in *Inst) error {
	loop, err := v.target(in)
	if err == nil && loop.Tag != Loop {
		err = fmt.Errorf("its target %%%d is not a loop", in.N)
	}
	return err
}

func checkDispatch(v *verifier, in *Inst) error {
	loop, err := v.target(in)
	switch {
	case err != nil:
		return err
	case loop.Tag != LoopSwitchBr:
		return fmt.Errorf("its target %%%d is not a loop_switch_br", in.N)
	case v.op(in, 0) != v.op(loop, 0):
		return fmt.Errorf("it passes a %s to a switch over %s", v.op(in, 0), v.op(loop, 0))
	}
	return nil
}

// checkSwitch checks that items have the type of the operand and that no value is matched twice.
func checkSwitch(v *verifier, in *Inst) error {
	x, ok := in.Extra.(*SwitchExtra)
	if !ok {
		return errors.New("it has no cases")
	}
	t := v.op(in, 0)
	if _, scalar := t.Scalar(); !scalar || t.Kind == Optional || t.Kind == ErrorUnion {
		return badOperand(t, "an integer, enum, bool or error")
	}
	spans, err := v.spans(x, t)
	if err != nil {
		return err
	}
	slices.SortFunc(spans, func(a, b span) int { return a.low.compare(b.low) })
	for n := range spans[min(1, len(spans)):] {
		if spans[n].high.compare(spans[n+1].low) >= 0 {
			return fmt.Errorf("two items are or contain %s", spans[n+1].low.big())
		}
	}
	return nil
}

// span is an item of a switch: the numbers from low to high.
type span struct{ low, high wideInt }

func (v *verifier) spans(x *SwitchExtra, t *Type) ([]span, error) {
	spans := make([]span, 0, len(x.Cases))
	for _, c := range x.Cases {
		for _, item := range c.Items {
			n, err := v.item(item, t)
			if err != nil {
				return nil, err
			}
			spans = append(spans, span{n, n})
		}
		for _, r := range c.Ranges {
			low, err := v.item(r[0], t)
			if err != nil {
				return nil, err
			}
			high, err := v.item(r[1], t)
			if err != nil {
				return nil, err
			}
			if low.compare(high) > 0 {
				return nil, fmt.Errorf("the range %s...%s is empty", r[0].Literal(), r[1].Literal())
			}
			spans = append(spans, span{low, high})
		}
	}
	return spans, nil
}

// item returns the number that an item of a switch over t stands for.
func (v *verifier) item(c *Value, t *Type) (wideInt, error) {
	switch {
	case c == nil:
		return wideInt{}, errors.New("an item is missing")
	case c.Type != t:
		return wideInt{}, fmt.Errorf("an item has type %s, not %s", c.Type, t)
	case c.Kind == VoidValue && !t.HasBits():
		return wideInt{}, nil
	case c.Kind != IntValue:
		return wideInt{}, fmt.Errorf("the item %s is not a number", c.Literal())
	}
	if c.Big == nil && (c.Int >= 0 || c.isSigned()) {
		return wideInt{small: c.Int}, v.value(c)
	}
	return wideInt{large: c.BigInt()}, v.value(c)
}

func checkRet(v *verifier, in *Inst) error {
	if t, want := v.op(in, 0), v.f.Type.Elem; t != want && !sameUnion(t, want) {
		return fmt.Errorf("it returns %s from a function of %s", t, want)
	}
	return nil
}

// sameUnion reports whether both are error unions with the same payload, which differ at most in the errors they may
// hold.
func sameUnion(a, b *Type) bool {
	return a.Kind == ErrorUnion && b.Kind == ErrorUnion && a.Elem == b.Elem
}

func checkRetLoad(v *verifier, in *Inst) error { return pointsTo(v.op(in, 0), v.f.Type.Elem) }

func checkCall(v *verifier, in *Inst) error {
	if len(in.Ops) == 0 {
		return errors.New("it calls nothing")
	}
	fn, args := v.op(in, 0).Callee(), in.Ops[1:]
	switch {
	case fn == nil:
		return badOperand(v.op(in, 0), "a function")
	case len(args) < len(fn.Params), len(args) > len(fn.Params) && !fn.VarArgs:
		return fmt.Errorf("%d arguments for %s", len(args), fn)
	}
	for n, want := range fn.Params {
		if got := v.op(in, n+1); got != want {
			return fmt.Errorf("argument %d has type %s, not %s", n, got, want)
		}
	}
	if c := v.f.Value(in.Ops[0]); c != nil && c.Kind == SymbolValue {
		return v.callable(c)
	}
	return nil
}

func checkArg(v *verifier, in *Inst) error {
	params := v.f.Type.Params
	switch {
	case int(in.N) >= len(params):
		return fmt.Errorf("there is no parameter %d", in.N)
	case params[in.N] != in.Type:
		return badResult(in.Type, "the parameter's "+params[in.N].String())
	case v.args < 0:
		return errors.New("args come before all other instructions")
	case int(in.N) < v.args:
		return errors.New("args come in the order of the parameters, each at most once")
	}
	v.args = int(in.N) + 1
	return nil
}

// checkAssembly checks that the operands are those of the outputs and then of the inputs, in order.
func checkAssembly(_ *verifier, in *Inst) error {
	x, ok := in.Extra.(*AssemblyExtra)
	if !ok {
		return errors.New("it has no text")
	}
	next := 0
	for _, list := range [][]Operand{x.Outputs, x.Inputs} {
		for _, o := range list {
			switch o.Op {
			case next:
				next++
			case -1:
			default:
				return fmt.Errorf("%s is operand %d, not %d", quoteName(o.Name), o.Op, next)
			}
		}
	}
	if next != len(in.Ops) {
		return fmt.Errorf("it names %d operands of %d", next, len(in.Ops))
	}
	for _, o := range x.Inputs {
		if o.Op < 0 {
			return fmt.Errorf("input %s has no operand", quoteName(o.Name))
		}
	}
	return nil
}

func checkDebug(_ *verifier, in *Inst) error {
	if _, ok := in.Extra.(*DebugExtra); !ok {
		return errors.New("it names nothing")
	}
	return nil
}
