package air

// Arg appends the arg instruction of a parameter.
func (b *Builder) Arg(parameter int) Ref {
	return b.InstN(Arg, b.Func.Type.Params[parameter], uint32(parameter))
}

// Alloc appends a stack slot for a value of type t.
func (b *Builder) Alloc(t *Type) Ref { return b.Inst(Alloc, b.Module.Types.Pointer(t)) }

// Load appends a load of what pointer points to.
func (b *Builder) Load(pointer Ref) Ref {
	return b.Inst(Load, b.TypeOf(pointer).Elem, pointer)
}

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

// Block appends a block of type t; body writes what it contains and leaves it by Br(block, ...).
func (b *Builder) Block(t *Type, body func(block Index)) Ref {
	body(b.Open(Block, t, nil))
	return b.Close()
}

// Loop appends a loop; body writes what it contains, which goes on by Repeat(loop).
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

// Switch appends a switch_br; body writes the body of case i, and last, with
// i == len(cases), the else body.
func (b *Builder) Switch(operand Ref, cases []SwitchCase, body func(i int)) Ref {
	return b.LoopSwitch(SwitchBr, operand, cases, func(_ Index, i int) { body(i) })
}

// LoopSwitch is Switch for either tag (SwitchBr or LoopSwitchBr): it hands the
// instruction to body as the target of Dispatch.
func (b *Builder) LoopSwitch(tag Tag, operand Ref, cases []SwitchCase, body func(target Index, i int)) Ref {
	target := b.Open(tag, nil, &SwitchExtra{Cases: cases}, operand)
	for i := range cases {
		body(target, i)
		b.NextBody()
	}
	body(target, len(cases))
	return b.Close()
}

// Try appends a try of an error union; body writes what happens on an error.
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
func (b *Builder) Br(block Index, value Ref) Ref {
	return b.InstN(Br, nil, uint32(block), value)
}

// Repeat starts the next turn of a loop.
func (b *Builder) Repeat(loop Index) Ref { return b.InstN(Repeat, nil, uint32(loop)) }

// Dispatch runs a loop_switch_br again with another operand.
func (b *Builder) Dispatch(target Index, operand Ref) Ref {
	return b.InstN(SwitchDispatch, nil, uint32(target), operand)
}

// Ret returns a value, Void() for none.
func (b *Builder) Ret(value Ref) Ref { return b.Inst(Ret, nil, value) }

// Unreach marks a place that is never reached.
func (b *Builder) Unreach() Ref { return b.Inst(Unreach, nil) }
