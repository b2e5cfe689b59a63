package air

// Builder makes the functions of one module, instruction by instruction. Instructions are numbered in the order of the
// function's text, a block before its contents. A Builder may be used for many functions and keeps its scratch memory.
//
//	b := air.NewBuilder(m)
//	b.Begin("inc", m.Types.Fn(air.I8, air.I8))
//	b.Ret(b.Inst(air.AddWrap, nil, b.Arg(0), b.Int(air.I8, 1)))
//	b.End()
//
// The builder checks only its own protocol; Verify checks the result.
type Builder struct {
	Module *Module
	// Func is the function under construction, nil between End and Begin.
	Func *Func

	open     []openInst
	pending  []Index // what the open bodies hold so far, the innermost body last
	finished []Body  // the closed bodies of the open instructions, the innermost last
	interned map[constKey]Ref

	refs    slab[Ref]
	indices slab[Index]
	bodies  slab[Body]
	values  slab[Value]
}

// openInst is an instruction whose bodies are being written; its body under construction is pending[pending:], its
// closed ones finished[finished:].
type openInst struct {
	inst              Index
	pending, finished int
}

// constKey distinguishes constants: scalars by content, others by identity.
type constKey struct {
	typ    *Type
	kind   ValueKind
	number int64 // Int or Offset
	symbol string
	other  *Value
}

// slab allocates slices from large blocks.
type slab[T any] struct{ free []T }

const slabLen = 512

// take returns n zeroed elements that nothing else refers to.
func (s *slab[T]) take(n int) []T {
	if n > len(s.free) {
		if n >= slabLen/4 {
			return make([]T, n)
		}
		s.free = make([]T, slabLen)
	}
	taken := s.free[:n:n]
	s.free = s.free[n:]
	return taken
}

func (s *slab[T]) copyOf(list []T) []T {
	if len(list) == 0 {
		return nil
	}
	c := s.take(len(list))
	copy(c, list)
	return c
}

// NewBuilder returns a builder that appends functions to m.
func NewBuilder(m *Module) *Builder { return &Builder{Module: m, interned: map[constKey]Ref{}} }

// Begin starts a function with a body; End appends it to the module.
func (b *Builder) Begin(name string, typ *Type) *Func {
	if b.Func != nil {
		panic("air: Builder.Begin before the End of " + b.Func.Name)
	}
	b.resume(&Func{Name: name, Type: typ, Insts: make([]Inst, 0, 64)})
	return b.Func
}

// resume starts the body of an existing function.
func (b *Builder) resume(f *Func) {
	b.Func = f
	b.open, b.pending, b.finished = b.open[:0], b.pending[:0], b.finished[:0]
	clear(b.interned)
}

// End closes the function's body and appends the function to the module.
func (b *Builder) End() *Func {
	if len(b.open) != 0 {
		panic("air: Builder.End inside " + b.Func.Place(b.open[len(b.open)-1].inst))
	}
	b.Module.Funcs = append(b.Module.Funcs, b.Func)
	return b.finish()
}

func (b *Builder) finish() *Func {
	f := b.Func
	f.Body = b.indices.copyOf(b.pending)
	b.Func = nil
	return f
}

// Extern declares a function that is defined elsewhere.
func (b *Builder) Extern(name string, typ *Type) *Func {
	f := &Func{Name: name, Type: typ, Extern: true}
	b.Module.Funcs = append(b.Module.Funcs, f)
	return f
}

// Inst appends an instruction. A nil type is derived by the tag's Result rule; Inst panics if there is none.
func (b *Builder) Inst(tag Tag, typ *Type, ops ...Ref) Ref { return b.add(tag, typ, 0, nil, ops) }

// InstN appends an instruction with a number: a field, target, parameter or line.
func (b *Builder) InstN(tag Tag, typ *Type, n uint32, ops ...Ref) Ref {
	return b.add(tag, typ, n, nil, ops)
}

// InstExtra appends an instruction with a number and an Extra.
func (b *Builder) InstExtra(tag Tag, typ *Type, n uint32, extra Extra, ops ...Ref) Ref {
	return b.add(tag, typ, n, extra, ops)
}

func (b *Builder) add(tag Tag, typ *Type, n uint32, extra Extra, ops []Ref) Ref {
	if typ == nil {
		typ = b.derive(tag, ops)
	}
	index := Index(len(b.Func.Insts))
	b.Func.Insts = append(b.Func.Insts, Inst{Tag: tag, Type: typ, Ops: b.refs.copyOf(ops), N: n, Extra: extra})
	b.pending = append(b.pending, index)
	return InstRef(index)
}

func (b *Builder) derive(tag Tag, ops []Ref) *Type {
	var first *Type
	if len(ops) > 0 {
		first = b.Func.TypeOf(ops[0])
	}
	typ := tag.Row().Result.resultType(first)
	if typ == nil {
		panic("air: the result type of " + tag.String() + " must be given")
	}
	return typ
}

// TypeOf returns the type of an operand of the function under construction.
func (b *Builder) TypeOf(r Ref) *Type { return b.Func.TypeOf(r) }

// Open appends an instruction and opens its first body: what follows goes there until NextBody or Close. Block, Loop
// and the others are built on it.
func (b *Builder) Open(tag Tag, typ *Type, extra Extra, ops ...Ref) Index {
	index := Index(b.add(tag, typ, 0, extra, ops))
	b.openBody(index)
	return index
}

func (b *Builder) openBody(inst Index) {
	b.open = append(b.open, openInst{inst, len(b.pending), len(b.finished)})
}

// NextBody closes the innermost open body and opens the next one of its instruction.
func (b *Builder) NextBody() {
	top := b.open[len(b.open)-1]
	b.finished = append(b.finished, b.indices.copyOf(b.pending[top.pending:]))
	b.pending = b.pending[:top.pending]
}

// Close closes the innermost open body and its instruction.
func (b *Builder) Close() Ref {
	b.NextBody()
	top := b.open[len(b.open)-1]
	b.Func.Insts[top.inst].Bodies = b.bodies.copyOf(b.finished[top.finished:])
	b.finished = b.finished[:top.finished]
	b.open = b.open[:len(b.open)-1]
	return InstRef(top.inst)
}

// Terminated reports whether the innermost open body already ends in a terminator.
func (b *Builder) Terminated() bool {
	start := 0
	if len(b.open) > 0 {
		start = b.open[len(b.open)-1].pending
	}
	if len(b.pending) == start {
		return false
	}
	return b.Func.Insts[b.pending[len(b.pending)-1]].Type == NoReturnType
}

// Const returns the operand for a constant, the same one for equal scalars.
func (b *Builder) Const(v *Value) Ref {
	key := constKey{typ: v.Type, kind: v.Kind, number: v.Int, symbol: v.Symbol}
	switch {
	case v.Kind == SymbolValue:
		key.number = v.Offset
	case v.Big != nil || v.Elems != nil || v.Bytes != nil:
		key.other = v
	}
	ref, ok := b.interned[key]
	if !ok {
		ref = b.Func.AddConst(v)
		b.interned[key] = ref
	}
	return ref
}

// Int returns the operand for an integer constant of any type that is held as an integer.
func (b *Builder) Int(t *Type, v int64) Ref {
	key := constKey{typ: t, kind: IntValue, number: v}
	ref, ok := b.interned[key]
	if !ok {
		value := &b.values.take(1)[0]
		*value = Value{Type: t, Kind: IntValue, Int: v}
		ref = b.Func.AddConst(value)
		b.interned[key] = ref
	}
	return ref
}

// Bool returns the operand for a bool constant.
func (b *Builder) Bool(v bool) Ref {
	if v {
		return b.Int(BoolType, 1)
	}
	return b.Int(BoolType, 0)
}

// Undef returns the operand for the undefined value of a type.
func (b *Builder) Undef(t *Type) Ref { return b.Const(NewUndef(t)) }

// Void returns the operand of a br or ret that carries nothing.
func (b *Builder) Void() Ref { return b.Const(VoidConst) }

// FuncRef returns the callee operand for a direct call of f.
func (b *Builder) FuncRef(f *Func) Ref {
	return b.Const(&Value{Type: f.Type, Kind: SymbolValue, Symbol: f.Name})
}

// Address returns the address of a global or function as a pointer of type t.
func (b *Builder) Address(t *Type, symbol string, offset int64) Ref {
	return b.Const(&Value{Type: t, Kind: SymbolValue, Symbol: symbol, Offset: offset})
}

// Arg appends the arg instruction of a parameter.
func (b *Builder) Arg(parameter int) Ref {
	return b.InstN(Arg, b.Func.Type.Params[parameter], uint32(parameter))
}

// Alloc appends a stack slot for a value of type t.
func (b *Builder) Alloc(t *Type) Ref { return b.Inst(Alloc, b.Module.Types.Pointer(t)) }

// Load appends a load of what pointer points to.
func (b *Builder) Load(pointer Ref) Ref { return b.Inst(Load, b.TypeOf(pointer).Elem, pointer) }

// Store appends a store of value to where pointer points.
func (b *Builder) Store(pointer, value Ref) Ref { return b.Inst(Store, nil, pointer, value) }

// Call appends a call; the callee is a FuncRef or a pointer to a function.
func (b *Builder) Call(callee Ref, args ...Ref) Ref {
	ref := b.Inst(Call, b.TypeOf(callee).Callee().Elem)
	ops := b.refs.take(1 + len(args))
	ops[0] = callee
	copy(ops[1:], args)
	b.Func.Insts[ref].Ops = ops
	return ref
}

// Field appends struct_field_val.
func (b *Builder) Field(value Ref, field int) Ref {
	return b.InstN(StructFieldVal, b.TypeOf(value).Fields[field].Type, uint32(field), value)
}

// Block appends a block of type t; body writes its contents and leaves it by Br(block, ...).
func (b *Builder) Block(t *Type, body func(block Index)) Ref {
	body(b.Open(Block, t, nil))
	return b.Close()
}

// Loop appends a loop; body writes its contents, which continue by Repeat(loop).
func (b *Builder) Loop(body func(loop Index)) Ref {
	body(b.Open(Loop, nil, nil))
	return b.Close()
}

// CondBr appends a branch on a bool.
func (b *Builder) CondBr(condition Ref, then, otherwise func()) Ref {
	b.Open(CondBr, nil, nil, condition)
	then()
	b.NextBody()
	otherwise()
	return b.Close()
}

// Switch appends a switch_br; body writes the body of case i, and last, with i == len(cases), the else body.
func (b *Builder) Switch(operand Ref, cases []SwitchCase, body func(i int)) Ref {
	return b.LoopSwitch(SwitchBr, operand, cases, func(_ Index, i int) { body(i) })
}

// LoopSwitch is Switch for either tag (SwitchBr or LoopSwitchBr): it hands the instruction to body as the target of
// Dispatch.
func (b *Builder) LoopSwitch(tag Tag, operand Ref, cases []SwitchCase, body func(target Index, i int)) Ref {
	target := b.Open(tag, nil, &SwitchExtra{Cases: cases}, operand)
	for i := range cases {
		body(target, i)
		b.NextBody()
	}
	body(target, len(cases))
	return b.Close()
}

// Try appends a try of an error union; body writes the error body.
func (b *Builder) Try(union Ref, body func()) Ref {
	b.Open(Try, nil, nil, union)
	body()
	return b.Close()
}

// TryPtr appends a try_ptr; t is the pointer to the payload.
func (b *Builder) TryPtr(t *Type, pointer Ref, body func()) Ref {
	b.Open(TryPtr, t, nil, pointer)
	body()
	return b.Close()
}

// Br leaves a block with its value.
func (b *Builder) Br(block Index, value Ref) Ref { return b.InstN(Br, nil, uint32(block), value) }

// Repeat starts the next iteration of a loop.
func (b *Builder) Repeat(loop Index) Ref { return b.InstN(Repeat, nil, uint32(loop)) }

// Dispatch runs a loop_switch_br again with another operand.
func (b *Builder) Dispatch(target Index, operand Ref) Ref {
	return b.InstN(SwitchDispatch, nil, uint32(target), operand)
}

// Ret returns a value, Void() for none.
func (b *Builder) Ret(value Ref) Ref { return b.Inst(Ret, nil, value) }

// Unreach marks a place that is never reached.
func (b *Builder) Unreach() Ref { return b.Inst(Unreach, nil) }
