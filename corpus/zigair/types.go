package zigair

import (
	"encoding/json"
	"math/big"
	"sort"
	"strconv"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Types become air.Types in three steps, so that they may refer to each other: nominal types are defined by name,
// structural ones are interned on demand, and finally the nominal ones get their fields.

// state is the progress of converting a type or constant.
type state uint8

const (
	untouched state = iota
	busy
	done
)

// isNominal reports whether a type has an identity of its own. Anonymous structs have none: apart from their field
// names, which are no longer needed, they are tuples.
func (r *typeRecord) isNominal() bool {
	switch r.Kind {
	case "union":
		return true
	case "enum":
		return r.NoSize == 0
	case "struct":
		return !r.Tuple && !r.Anon
	case "opaque":
		return r.Name != "anyopaque"
	}
	return false
}

var nominalKinds = map[string]air.Kind{"struct": air.Struct, "union": air.Union, "enum": air.Enum, "opaque": air.Opaque}

// convertTypes converts every type record of the dump.
func (im *importer) convertTypes() {
	im.checkContainment()
	for _, r := range im.typeOrder {
		if r.isNominal() {
			name := im.typeNames.unique(r.Name)
			im.types[r.ID] = im.module.Types.Define(name, nominalKinds[r.Kind])
		}
	}
	for _, r := range im.typeOrder {
		im.typ(r.ID, r.line)
	}
	for _, r := range im.typeOrder {
		im.complete(r)
	}
}

// checkContainment rejects types that contain themselves by value, which have no layout.
func (im *importer) checkContainment() {
	states := map[int]state{}
	var visit func(id int) *typeRecord
	visit = func(id int) *typeRecord {
		r := im.dump.types[id]
		switch {
		case r == nil || states[id] == done:
			return nil
		case states[id] == busy:
			return r
		}
		states[id] = busy
		for _, part := range r.parts() {
			if cycle := visit(part); cycle != nil {
				return cycle
			}
		}
		states[id] = done
		return nil
	}
	for _, r := range im.typeOrder {
		if cycle := visit(r.ID); cycle != nil {
			panic(im.fail(cycle.line, "type %s contains itself", cycle.Name))
		}
	}
}

// parts returns the types that a value consists of, and those that a structural type is spelled with.
func (r *typeRecord) parts() []int {
	var parts []int
	for _, id := range []*int{r.Backing, r.Tag, r.ErrSet, r.Payload, r.Resolved} {
		if id != nil {
			parts = append(parts, *id)
		}
	}
	empty := r.Kind == "array" && r.Len == 0 && r.Sentinel == nil
	if r.Child != nil && r.Kind != "ptr" && !empty {
		parts = append(parts, *r.Child)
	}
	for _, f := range r.Fields {
		parts = append(parts, f.Type)
	}
	return parts
}

// typ returns the type of an id; line is that of the record that refers to it.
func (im *importer) typ(id, line int) *air.Type {
	if t := im.types[id]; t != nil {
		return t
	}
	r := im.dump.types[id]
	if r == nil {
		panic(im.fail(line, "there is no type %d", id))
	}
	if im.typeStates[id] == busy {
		panic(im.fail(r.line, "type %s is spelled with itself", r.Name))
	}
	im.typeStates[id] = busy
	t := im.structural(r)
	im.types[id] = t
	return t
}

func (im *importer) typeOf(id *int, line int, what string) *air.Type {
	if id == nil {
		panic(im.fail(line, "the type has no %s", what))
	}
	return im.typ(*id, line)
}

func (im *importer) structural(r *typeRecord) *air.Type {
	switch r.Kind {
	case "void", "comptime", "anyframe", "enum": // only enums of compile-time integers
		return air.VoidType
	case "noreturn":
		return air.NoReturnType
	case "bool":
		return air.BoolType
	case "opaque":
		return air.AnyOpaque
	case "int":
		return im.integer(r)
	case "float":
		return im.float(r)
	case "error_set":
		return im.errorSet(r)
	case "fn":
		return im.function(r)
	case "struct":
		return im.module.Types.TupleOf(im.fields(r))
	case "ptr", "array", "vector", "optional":
		child := im.typeOf(r.Child, r.line, "child")
		return im.around(r, child)
	case "error_union":
		return im.errorUnion(r)
	}
	panic(im.fail(r.line, "type of unknown kind %.60q", r.Kind))
}

// around returns the pointer, array, vector or optional type of a child.
func (im *importer) around(r *typeRecord, child *air.Type) *air.Type {
	table := im.module.Types
	var sentinel *air.Value
	if r.Sentinel != nil {
		sentinel = im.value(*r.Sentinel, r.line)
	}
	switch r.Kind {
	case "optional":
		return table.Optional(child)
	case "vector":
		return table.Vector(r.Len, child)
	case "array":
		return table.ArraySentinel(r.Len, child, sentinel)
	}
	return im.pointer(r, child, sentinel)
}

var pointerSizes = map[string]air.PointerSize{"One": air.One, "Many": air.Many, "Slice": air.Slice, "C": air.C}

func (im *importer) pointer(r *typeRecord, child *air.Type, sentinel *air.Value) *air.Type {
	size, ok := pointerSizes[r.PtrSize]
	if !ok {
		panic(im.fail(r.line, "pointer of unknown size %.60q", r.PtrSize))
	}
	t := air.Type{Elem: child, PointerSize: size, Sentinel: sentinel, Const: r.Const, Volatile: r.Volatile,
		AllowZero: r.AllowZero, HostSize: r.HostSize, BitOffset: r.BitOffset, VectorIndex: air.NoVectorIndex}
	if r.PtrAlign != nil {
		t.PointerAlign = *r.PtrAlign
	}
	switch lane := string(r.VectorIndex); lane {
	case "", "null":
	case `"runtime"`:
		t.VectorIndex = air.RuntimeIndex
	default:
		n, err := strconv.ParseUint(lane, 10, 31)
		if err != nil {
			panic(im.fail(r.line, "vector index %s is not a lane", lane))
		}
		t.VectorIndex = int32(n)
	}
	return im.module.Types.PointerTo(t)
}

const maxIntWidth = 65535

func (im *importer) integer(r *typeRecord) *air.Type {
	switch {
	case r.Named == "usize":
		return air.USize
	case r.Named == "isize":
		return air.ISize
	case r.Width > maxIntWidth:
		panic(im.fail(r.line, "integer of %d bits", r.Width))
	}
	return im.module.Types.Int(r.Signed, r.Width)
}

func (im *importer) float(r *typeRecord) *air.Type {
	for _, t := range []*air.Type{air.F16, air.F32, air.F64, air.F80, air.F128} {
		if t.Bits == r.Width {
			return t
		}
	}
	panic(im.fail(r.line, "float of %d bits", r.Width))
}

func (im *importer) errorSet(r *typeRecord) *air.Type {
	switch {
	case r.AnyError, r.Inferred && r.Resolved == nil:
		return air.AnyError
	case r.Inferred:
		return im.typ(*r.Resolved, r.line)
	}
	var pairs [][2]any
	if err := json.Unmarshal(r.Names, &pairs); err != nil {
		panic(im.fail(r.line, "names of an error set: %w", err))
	}
	members := make([]air.ErrorMember, len(pairs))
	for i, pair := range pairs {
		name, isText := pair[0].(string)
		value, isNumber := pair[1].(float64)
		if !isText || !isNumber || value < 1 || value > 65535 {
			panic(im.fail(r.line, "error %v of an error set is not a name and value", pair))
		}
		members[i] = air.ErrorMember{Name: name, Value: uint16(value)}
	}
	sort.Slice(members, func(a, b int) bool { return members[a].Value < members[b].Value })
	return im.module.Types.ErrorSet(members)
}

func (im *importer) errorUnion(r *typeRecord) *air.Type {
	set := im.typeOf(r.ErrSet, r.line, "error set")
	payload := im.typeOf(r.Payload, r.line, "payload")
	return im.module.Types.ErrorUnion(set, payload)
}

func (im *importer) function(r *typeRecord) *air.Type {
	t := air.Type{CallC: r.CC == "C", VarArgs: r.VarArgs, Params: make([]*air.Type, len(r.Params))}
	if r.CC != "C" && r.CC != "Unspecified" {
		panic(im.fail(r.line, "calling convention %.60q is not supported", r.CC))
	}
	t.Elem = im.typeOf(r.Ret, r.line, "result")
	for i, id := range r.Params {
		t.Params[i] = im.typ(id, r.line)
	}
	return im.module.Types.FnOf(t)
}

func (im *importer) fields(r *typeRecord) []air.Field {
	fields := make([]air.Field, len(r.Fields))
	for i, f := range r.Fields {
		t := im.typ(f.Type, r.line)
		if f.RT != nil && !*f.RT && im.sized(f.Type) {
			t = air.VoidType // such as a pointer to what exists only at compile time
		}
		fields[i] = air.Field{Name: f.Name, Type: t}
		if f.Align != nil {
			fields[i].Align = *f.Align
		}
		if !f.Comptime {
			continue
		}
		if f.Val == nil {
			panic(im.fail(r.line, "comptime field %s has no value", f.Name))
		}
		fields[i].Comptime = im.value(*f.Val, r.line)
	}
	return fields
}

// sized reports whether a type has a size in Zig.
func (im *importer) sized(id int) bool {
	r := im.dump.types[id]
	return r.Size != nil && *r.Size != 0
}

var containers = map[string]air.Container{"Auto": air.Auto, "Extern": air.Extern, "Packed": air.Packed}

// complete fills in the fields or members of a nominal type.
func (im *importer) complete(r *typeRecord) {
	if !r.isNominal() || im.completed[r.ID] {
		return
	}
	im.completed[r.ID] = true
	t := im.types[r.ID]
	switch r.Kind {
	case "enum":
		im.completeEnum(r, t)
	case "struct", "union":
		im.completeFields(r, t)
	}
}

func (im *importer) completeFields(r *typeRecord, t *air.Type) {
	var ok bool
	if t.Container, ok = containers[r.Layout]; !ok {
		panic(im.fail(r.line, "layout %.60q is unknown", r.Layout))
	}
	t.Fields = im.fields(r)
	switch {
	case r.Kind == "union":
		im.completeUnion(r, t)
	case t.Container == air.Packed:
		if t.Elem = im.typeOf(r.Backing, r.line, "backing integer"); t.Elem.Kind != air.Int {
			panic(im.fail(r.line, "the backing type %s is not an integer", t.Elem))
		}
	}
}

func (im *importer) completeUnion(r *typeRecord, t *air.Type) {
	if r.Tag != nil && r.Tagging != "none" {
		tag := im.typ(*r.Tag, r.line)
		switch tag.Kind {
		case air.Enum:
			t.Tag, t.HasTag = tag, true
		case air.Void: // exists only at compile time
		default:
			panic(im.fail(r.line, "the tag type %s is not an enum", tag))
		}
	}
	if t.Container == air.Packed {
		if r.Bits == nil || *r.Bits > maxIntWidth {
			panic(im.fail(r.line, "packed union without bit size"))
		}
		t.Elem = im.module.Types.Int(false, uint32(*r.Bits))
	}
}

func (im *importer) completeEnum(r *typeRecord, t *air.Type) {
	tag := im.typeOf(r.Tag, r.line, "tag")
	if tag.Kind != air.Int {
		panic(im.fail(r.line, "the tag type %s is not an integer", tag))
	}
	t.Elem, t.Exhaustive = tag, r.Exhaustive
	var names []string
	if err := json.Unmarshal(r.Names, &names); err != nil {
		panic(im.fail(r.line, "names of an enum: %w", err))
	}
	if r.Values != nil && len(r.Values) != len(names) {
		panic(im.fail(r.line, "enum with %d names and %d values", len(names), len(r.Values)))
	}
	t.Members = make([]air.EnumMember, len(names))
	for i, name := range names {
		value := big.NewInt(int64(i))
		if r.Values != nil {
			value = im.parseInt(r.line, "member "+name, r.Values[i])
		}
		t.Members[i] = air.EnumMember{Name: name, Value: value}
	}
}

// maxDigits bounds a decimal integer: enough for every integer of 65535 bits.
const maxDigits = 20000

// parseInt parses an integer of something that the record of a line describes.
func (im *importer) parseInt(line int, what, text string) *big.Int {
	if len(text) <= maxDigits {
		if v, ok := new(big.Int).SetString(text, 10); ok {
			return v
		}
	}
	panic(im.fail(line, "%s: %.40q is not an integer", what, text))
}
