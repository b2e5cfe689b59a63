package air

// Module is a self-contained program: type definitions, globals and functions.
type Module struct {
	Types   *TypeTable
	Globals []*Global
	Funcs   []*Func
	// ErrorNames is the global error table for error_name: index = value, index 0 unused.
	ErrorNames []string
}

// Global is a variable or constant with a fixed address.
type Global struct {
	Name        string
	Type        *Type
	Const       bool // lies in read-only memory
	Align       uint32
	ThreadLocal bool
	Extern      bool   // defined elsewhere; Init is nil
	Init        *Value // of Type
}

// Func is a function; an extern one has no Insts and no Body.
type Func struct {
	Name   string
	Type   *Type // Kind Fn
	Insts  []Inst
	Consts []*Value
	Body   Body
	Extern bool
	// Align is the least alignment of the code in bytes, 0 for the natural one.
	Align uint32
	// File and Line are of the declaration in the source; "" and 0 if unknown.
	File string
	Line uint32
}

// NewModule returns an empty module with a type table of its own.
func NewModule() *Module { return &Module{Types: NewTypeTable()} }

// Func returns the function of a name, or nil.
func (m *Module) Func(name string) *Func {
	for _, f := range m.Funcs {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Global returns the global of a name, or nil.
func (m *Module) Global(name string) *Global {
	for _, g := range m.Globals {
		if g.Name == name {
			return g
		}
	}
	return nil
}

// TypeOf returns the type of an operand.
func (f *Func) TypeOf(r Ref) *Type {
	if i, ok := r.Inst(); ok {
		return f.Insts[i].Type
	}
	return f.Consts[r.Const()].Type
}

// Value returns the constant that a Ref names; nil for an instruction.
func (f *Func) Value(r Ref) *Value {
	if r >= 0 || r == NoRef {
		return nil
	}
	return f.Consts[r.Const()]
}

// AddConst appends a constant and returns its Ref.
func (f *Func) AddConst(v *Value) Ref {
	f.Consts = append(f.Consts, v)
	return ConstRef(len(f.Consts) - 1)
}
