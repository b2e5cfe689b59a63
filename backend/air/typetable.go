package air

import (
	"iter"
	"strconv"
)

// TypeTable interns the types of one module: equal requests return the same pointer. It is not safe for concurrent use.
type TypeTable struct {
	// Rules are those of the structs and unions that are defined from now on.
	Rules  FieldRules
	parent *TypeTable // of which this is a subset: read, never written
	keyed  map[typeKey]*Type
	named  map[string]*Type
	order  []*Type // named types in order of definition

	types []Type // memory of Reset
	used  int    // of types
	made  int    // since Reset
}

// Reset makes the table an empty one. The memory of its types is used for the next ones.
func (tt *TypeTable) Reset() {
	if tt.made > len(tt.types) {
		tt.types = make([]Type, 2*tt.made)
	}
	clear(tt.keyed)
	clear(tt.named)
	*tt = TypeTable{keyed: tt.keyed, named: tt.named, order: tt.order[:0], types: tt.types}
}

// add returns the memory of a new type.
func (tt *TypeTable) add() *Type {
	tt.made++
	if tt.used == len(tt.types) {
		return new(Type)
	}
	tt.used++
	return &tt.types[tt.used-1]
}

// typeKey identifies a structural type. Text carries what is not comparable (field lists, sentinels, parameter lists),
// spelled out.
type typeKey struct {
	kind                       Kind
	signed, isConst, vol, zero bool
	size                       PointerSize
	bits, align, host, bitOff  uint32
	vector                     int32
	elem, set                  *Type
	len                        uint64
	text                       string
}

// NewTypeTable returns an empty table.
func NewTypeTable() *TypeTable {
	return &TypeTable{keyed: map[typeKey]*Type{}, named: map[string]*Type{}}
}

// subset returns a table of the same types that names only the definitions in keep.
func (tt *TypeTable) subset(keep map[*Type]bool) *TypeTable {
	sub := NewTypeTable()
	sub.parent, sub.Rules = tt, tt.Rules
	for _, t := range tt.order {
		if keep[t] {
			sub.named[t.Name] = t
			sub.order = append(sub.order, t)
		}
	}
	return sub
}

// Named returns the definitions in the order of their declaration.
func (tt *TypeTable) Named() []*Type { return tt.order }

// All returns every type that the table has made, in no particular order.
func (tt *TypeTable) All() iter.Seq[*Type] {
	return func(yield func(*Type) bool) {
		for _, t := range tt.order {
			if !yield(t) {
				return
			}
		}
		for _, t := range tt.keyed {
			if !yield(t) {
				return
			}
		}
	}
}

// Lookup returns the defined type of a name, or nil.
func (tt *TypeTable) Lookup(name string) *Type { return tt.named[name] }

// Define declares a nominal type; the caller completes it in place (Fields, Elem, ...) before its layout is used. It
// panics on a second definition of a name.
func (tt *TypeTable) Define(name string, kind Kind) *Type {
	if tt.named[name] != nil {
		panic("air: type " + name + " is defined twice")
	}
	t := tt.forward(name)
	tt.define(t, kind)
	return t
}

// forward returns the nominal type of a name, which may not be defined yet. Until then it looks like an opaque type.
func (tt *TypeTable) forward(name string) *Type {
	t := tt.named[name]
	if t == nil {
		t = tt.add()
		*t = Type{Kind: Opaque, Name: name, VectorIndex: NoVectorIndex, forward: true}
		tt.named[name] = t
	}
	return t
}

// define turns a forward type into a definition.
func (tt *TypeTable) define(t *Type, kind Kind) {
	t.Kind, t.Rules, t.forward = kind, tt.Rules, false
	tt.order = append(tt.order, t)
}

// defined reports whether a nominal type has a definition, and was not only mentioned.
func (t *Type) defined() bool { return !t.forward }

func (tt *TypeTable) find(k typeKey) *Type {
	for table := tt; table != nil; table = table.parent {
		if old := table.keyed[k]; old != nil {
			return old
		}
	}
	return nil
}

func (tt *TypeTable) intern(k typeKey, t Type) *Type {
	if old := tt.find(k); old != nil {
		return old
	}
	made := tt.add()
	*made = t
	if t.Kind != Pointer {
		made.VectorIndex = NoVectorIndex
	}
	tt.keyed[k] = made
	return made
}

// Int returns the integer type of a signedness and width (0 to 65535 bits).
func (tt *TypeTable) Int(signed bool, bits uint32) *Type {
	if bits <= maxInternedWidth {
		return IntType(signed, bits)
	}
	return tt.intern(typeKey{kind: Int, signed: signed, bits: bits}, Type{Kind: Int, Signed: signed, Bits: bits})
}

// Pointer returns *child.
func (tt *TypeTable) Pointer(child *Type) *Type {
	return tt.PointerTo(Type{Elem: child, VectorIndex: NoVectorIndex})
}

// ConstPointer returns *const child.
func (tt *TypeTable) ConstPointer(child *Type) *Type {
	return tt.PointerTo(Type{Elem: child, Const: true, VectorIndex: NoVectorIndex})
}

// ManyPointer returns [*]child.
func (tt *TypeTable) ManyPointer(child *Type) *Type {
	return tt.PointerTo(Type{Elem: child, PointerSize: Many, VectorIndex: NoVectorIndex})
}

// Slice returns []child.
func (tt *TypeTable) Slice(child *Type) *Type {
	return tt.PointerTo(Type{Elem: child, PointerSize: Slice, VectorIndex: NoVectorIndex})
}

// PointerTo returns the pointer type with the pointer fields of t (Elem, PointerSize, Const, Volatile, AllowZero,
// PointerAlign, HostSize, BitOffset, VectorIndex, Sentinel). VectorIndex must be NoVectorIndex unless the pointee is a
// vector element.
func (tt *TypeTable) PointerTo(t Type) *Type {
	t.Kind = Pointer
	return tt.intern(typeKey{kind: Pointer, elem: t.Elem, size: t.PointerSize, isConst: t.Const, vol: t.Volatile,
		zero: t.AllowZero, align: t.PointerAlign, host: t.HostSize, bitOff: t.BitOffset, vector: t.VectorIndex,
		text: sentinelText(t.Sentinel)}, t)
}

func sentinelText(v *Value) string {
	if v == nil {
		return ""
	}
	return string(v.appendSentinel(append(v.Type.appendText(nil), ' ')))
}

// Array returns [n]child.
func (tt *TypeTable) Array(n uint64, child *Type) *Type { return tt.ArraySentinel(n, child, nil) }

// ArraySentinel returns [n:sentinel]child; a nil sentinel means none.
func (tt *TypeTable) ArraySentinel(n uint64, child *Type, sentinel *Value) *Type {
	return tt.intern(typeKey{kind: Array, elem: child, len: n, text: sentinelText(sentinel)},
		Type{Kind: Array, Elem: child, Len: n, Sentinel: sentinel})
}

// Vector returns @Vector(n, child).
func (tt *TypeTable) Vector(n uint64, child *Type) *Type {
	return tt.intern(typeKey{kind: Vector, elem: child, len: n}, Type{Kind: Vector, Elem: child, Len: n})
}

// Optional returns ?child.
func (tt *TypeTable) Optional(child *Type) *Type {
	return tt.intern(typeKey{kind: Optional, elem: child}, Type{Kind: Optional, Elem: child})
}

// ErrorUnion returns set!payload.
func (tt *TypeTable) ErrorUnion(set, payload *Type) *Type {
	return tt.intern(typeKey{kind: ErrorUnion, elem: payload, set: set},
		Type{Kind: ErrorUnion, Elem: payload, ErrorSet: set})
}

// ErrorSet returns the anonymous error set of the names, which must be in ascending order of value.
func (tt *TypeTable) ErrorSet(names []ErrorMember) *Type {
	text := make([]byte, 0, 16*len(names)+2)
	for _, n := range names {
		text = append(text, n.Name...)
		text = append(text, '=')
		text = strconv.AppendUint(text, uint64(n.Value), 10)
		text = append(text, ' ')
	}
	if names == nil {
		names = []ErrorMember{}
	}
	return tt.intern(typeKey{kind: ErrorSet, text: string(text)}, Type{Kind: ErrorSet, Bits: 16, Errors: names})
}

// Tuple returns the tuple (an anonymous auto struct) of the element types.
func (tt *TypeTable) Tuple(elems ...*Type) *Type {
	if len(elems) == 2 {
		return tt.pair(elems[0], elems[1])
	}
	return tt.tuple(elems)
}

// pair returns a tuple of two: the most frequent ones, the results of _with_overflow, are found without spelling them.
func (tt *TypeTable) pair(a, b *Type) *Type {
	k := typeKey{kind: Struct, elem: a, set: b}
	t := tt.find(k)
	if t == nil {
		t = tt.tuple([]*Type{a, b})
		tt.keyed[k] = t
	}
	return t
}

func (tt *TypeTable) tuple(elems []*Type) *Type {
	fields := make([]Field, len(elems))
	for i, e := range elems {
		fields[i] = Field{Name: strconv.Itoa(i), Type: e}
	}
	return tt.TupleOf(fields)
}

// TupleOf returns the tuple of fields that may be comptime.
func (tt *TypeTable) TupleOf(fields []Field) *Type {
	t := Type{Kind: Struct, Tuple: true, Rules: tt.Rules, Fields: fields}
	return tt.intern(typeKey{kind: Struct, text: t.String()}, t)
}

// Fn returns the function type. The table keeps params.
func (tt *TypeTable) Fn(result *Type, params ...*Type) *Type {
	return tt.FnOf(Type{Elem: result, Params: params})
}

// FnOf returns the function type with the function fields of t (Elem, Params, CallC, VarArgs).
func (tt *TypeTable) FnOf(t Type) *Type {
	t.Kind = Fn
	return tt.intern(typeKey{kind: Fn, elem: t.Elem, signed: t.CallC, vol: t.VarArgs, text: typesKey(t.Params)}, t)
}

// typesKey spells a list of types by their identity within the table: cheap and unambiguous.
func typesKey(types []*Type) string {
	text := make([]byte, 0, 12*len(types))
	for _, t := range types {
		text = append(text, t.String()...)
		text = append(text, ';')
	}
	return string(text)
}
