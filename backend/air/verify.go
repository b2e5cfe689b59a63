package air

import (
	"errors"
	"fmt"
	"slices"
)

// Verify checks a module: its types, its globals, its constants and every function. It returns the first mistake with
// its place ("func @f, %7: add: ..."), or nil. Later stages rely on what it accepts.
func Verify(m *Module) error { return new(Verifier).Verify(m) }

// Verifier verifies modules one after another, reusing its memory. The zero Verifier is ready. It is not safe for
// concurrent use.
type Verifier struct{ verifier }

// Verify is the function Verify.
func (r *Verifier) Verify(m *Module) error {
	v := &r.verifier
	if err := v.begin(m); err != nil {
		return err
	}
	for _, g := range m.Globals {
		if err := v.global(g); err != nil {
			return fmt.Errorf("global %s: %w", symbolText(g.Name), err)
		}
	}
	for _, f := range m.Funcs {
		if err := v.function(f); err != nil {
			return err
		}
	}
	return nil
}

// VerifyFunc checks one function of a module and the types of the module, not its globals and other functions. Functions
// of one module follow each other at little cost.
func (r *Verifier) VerifyFunc(m *Module, f *Func) error {
	if v := &r.verifier; v.module != m {
		if err := v.begin(m); err != nil {
			return err
		}
	}
	return r.function(f)
}

// Forget makes the next module a new one, even at the same address.
func (r *Verifier) Forget() { r.module = nil }

// verifier is the state of checking a module.
type verifier struct {
	module  *Module // nil before it is known to be good enough for functions
	types   typeChecker
	symbols map[string]symbol

	f     *Func
	state []placement // of each instruction of f
	left  []bool      // the blocks of f that a br leaves
	args  int         // the first parameter that an arg may still name, -1 when none may
}

// symbol is a global or function.
type symbol struct {
	typ    *Type
	isFunc bool
}

// placement is the relation of an instruction to the place that is being checked.
type placement uint8

const (
	unplaced placement = iota
	open               // the place is inside one of its bodies
	visible            // it comes before the place, in the same or an enclosing body
	hidden             // it is in a body that has ended
)

// begin starts with a module: its names, and its named types.
func (v *verifier) begin(m *Module) error {
	v.module = nil
	if v.symbols == nil {
		v.symbols, v.types = map[string]symbol{}, typeChecker{state: map[*Type]typeState{}, value: v.value}
	}
	clear(v.symbols)
	clear(v.types.state)
	for _, g := range m.Globals {
		if err := v.declare(g.Name, symbol{typ: g.Type}); err != nil {
			return err
		}
	}
	for _, f := range m.Funcs {
		if err := v.declare(f.Name, symbol{f.Type, true}); err != nil {
			return err
		}
	}
	for _, t := range m.Types.Named() {
		if err := v.types.check(t); err != nil {
			return err
		}
	}
	v.module = m
	return nil
}

func (v *verifier) declare(name string, s symbol) error {
	if _, twice := v.symbols[name]; twice {
		return fmt.Errorf("%s is declared twice", symbolText(name))
	}
	v.symbols[name] = s
	return nil
}

func (v *verifier) global(g *Global) error {
	if err := v.types.check(g.Type); err != nil {
		return err
	}
	if !g.Type.hasValues() {
		return fmt.Errorf("a global cannot have type %s", g.Type)
	}
	if err := checkAlign(g.Align); err != nil {
		return err
	}
	if g.Extern != (g.Init == nil) {
		return errors.New("a global has an initial value exactly if it is not extern")
	}
	if g.Extern {
		return nil
	}
	if g.Init.Type != g.Type {
		return fmt.Errorf("the initial value has type %s, not %s", g.Init.Type, g.Type)
	}
	return v.value(g.Init)
}

func (v *verifier) function(f *Func) error {
	err := v.definition(f)
	if placed := (*placedError)(nil); err == nil || errors.As(err, &placed) {
		return err
	}
	return fmt.Errorf("func %s: %w", symbolText(f.Name), err)
}

func (v *verifier) definition(f *Func) error {
	if f.Type == nil || f.Type.Kind != Fn {
		return errors.New("its type is not a function type")
	}
	if err := v.types.check(f.Type); err != nil {
		return err
	}
	if err := checkAlign(f.Align); err != nil {
		return err
	}
	switch {
	case f.Extern && (len(f.Insts) > 0 || len(f.Body) > 0):
		return errors.New("extern, but with a body")
	case f.Extern:
		return nil
	}
	for n, c := range f.Consts {
		if err := v.constant(c); err != nil {
			return fmt.Errorf("constant %d: %w", n, err)
		}
	}
	v.f, v.args = f, 0
	if cap(v.state) < len(f.Insts) {
		v.state = make([]placement, len(f.Insts), 2*len(f.Insts))
	}
	v.state = v.state[:len(f.Insts)]
	clear(v.state)
	v.left = slices.Grow(v.left[:0], len(f.Insts))[:len(f.Insts)]
	clear(v.left)
	if err := v.body(f.Body); err != nil {
		return err
	}
	for i, s := range v.state {
		if s == unplaced {
			return v.at(Index(i), errors.New("it is in no body"))
		}
	}
	return nil
}

// constant checks a value whose type may not have been checked yet.
func (v *verifier) constant(c *Value) error {
	if c == nil {
		return errors.New("it is missing")
	}
	if err := v.types.check(c.Type); err != nil {
		return err
	}
	if err := v.value(c); err != nil {
		return fmt.Errorf("%s: %w", c, err)
	}
	return nil
}

// placedError is an error that already names its place.
type placedError struct {
	place string
	err   error
}

func (e *placedError) Error() string { return e.place + ": " + e.err.Error() }
func (e *placedError) Unwrap() error { return e.err }

// at adds the place to an error that does not name one yet.
func (v *verifier) at(i Index, err error) error {
	var placed *placedError
	if errors.As(err, &placed) {
		return err
	}
	return &placedError{v.f.Place(i), err}
}

// body checks a sequence of instructions, which are hidden afterwards.
func (v *verifier) body(b Body) error {
	if len(b) == 0 {
		return errors.New("a body is empty")
	}
	for n, i := range b {
		if int(i) >= len(v.f.Insts) {
			return fmt.Errorf("a body names %%%d, of %d instructions", i, len(v.f.Insts))
		}
		if v.state[i] != unplaced {
			return v.at(i, errors.New("it is in two bodies"))
		}
		if n > 0 {
			if err := v.follows(b[n-1], i); err != nil {
				return v.at(i, err)
			}
		}
		if err := v.inst(i); err != nil {
			return v.at(i, err)
		}
		v.state[i] = visible
	}
	if last := b[len(b)-1]; v.f.Insts[last].Type != NoReturnType {
		return v.at(last, errors.New("a body ends here without a terminator"))
	}
	for _, i := range b {
		v.state[i] = hidden
	}
	return nil
}

// follows rejects what comes after a terminator. Only calls and assembly that do not return may be followed, and only
// by unreach.
func (v *verifier) follows(before, after Index) error {
	in := &v.f.Insts[before]
	if in.Type != NoReturnType {
		return nil
	}
	form := in.Tag.Row().Form
	if (form == CallForm || form == AssemblyForm) && v.f.Insts[after].Tag == Unreach {
		return nil
	}
	return fmt.Errorf("it can never run: %%%d before it, %s, does not return", before, in.Tag)
}

func (v *verifier) inst(i Index) error {
	in := &v.f.Insts[i]
	if in.Tag >= numTags {
		return errors.New("there is no such tag")
	}
	row := in.Tag.Row()
	if in.Tag != Arg && row.Form != StmtForm {
		v.args = -1
	}
	if row.Ops >= 0 && len(in.Ops) != int(row.Ops) {
		return fmt.Errorf("it has %d operands, not %d", len(in.Ops), row.Ops)
	}
	for _, op := range in.Ops {
		if err := v.operand(op); err != nil {
			return err
		}
	}
	if err := v.resultType(in, row); err != nil {
		return err
	}
	if check := checks[row.Rule]; check != nil {
		if err := check(v, in); err != nil {
			return err
		}
	}
	return v.bodies(i, in, row)
}

func (v *verifier) operand(op Ref) error {
	i, isInst := op.Inst()
	switch {
	case op == NoRef:
		return errors.New("an operand is missing")
	case !isInst && op.Const() >= len(v.f.Consts):
		return fmt.Errorf("there is no constant %d among %d", op.Const(), len(v.f.Consts))
	case isInst && int(i) >= len(v.f.Insts):
		return fmt.Errorf("there is no %%%d among %d instructions", i, len(v.f.Insts))
	case isInst && v.state[i] == unplaced:
		return fmt.Errorf("%%%d is used before its definition", i)
	case isInst && v.state[i] == open:
		return fmt.Errorf("%%%d is used inside itself", i)
	case isInst && v.state[i] == hidden:
		return fmt.Errorf("%%%d is used outside the body that it is in", i)
	}
	return nil
}

func (v *verifier) resultType(in *Inst, row *Row) error {
	if in.Type == nil {
		return errors.New("it has no type")
	}
	if err := v.types.check(in.Type); err != nil {
		return err
	}
	if row.Result == GivenResult {
		return nil
	}
	var first *Type
	if len(in.Ops) > 0 {
		first = v.f.TypeOf(in.Ops[0])
	}
	switch want := row.Result.resultType(first); {
	case want == nil:
		return fmt.Errorf("it cannot have an operand of type %s", typeName(first))
	case want != in.Type:
		return fmt.Errorf("the result has type %s, not %s", in.Type, want)
	}
	return nil
}

func typeName(t *Type) string {
	if t == nil {
		return "(none)"
	}
	return t.String()
}

func (v *verifier) bodies(i Index, in *Inst, row *Row) error {
	want := 0
	for _, part := range forms[row.Form] {
		switch part {
		case bodyPart:
			want++
		case casesPart:
			want += len(in.Extra.(*SwitchExtra).Cases) + 1 // checkSwitch has checked Extra
		}
	}
	if len(in.Bodies) != want {
		return fmt.Errorf("it has %d bodies, not %d", len(in.Bodies), want)
	}
	if want == 0 {
		return nil
	}
	v.state[i] = open
	for _, b := range in.Bodies {
		if err := v.body(b); err != nil {
			return err
		}
	}
	if (in.Tag == Block || in.Tag == DbgInlineBlock) && in.Type != NoReturnType && !v.left[i] {
		return errors.New("no br leaves it, so that its type must be noreturn")
	}
	return nil
}
