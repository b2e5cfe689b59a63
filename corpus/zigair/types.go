package zigair

import (
	"encoding/json"
	"fmt"
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
func (im *importer) convertTypes() error {
	if err := im.checkContainment(); err != nil {
		return err
	}
	for _, r := range im.typeOrder {
		if r.isNominal() {
			name := im.typeNames.unique(r.Name)
			im.types[r.ID] = im.module.Types.Define(name, nominalKinds[r.Kind])
		}
	}
	for _, r := range im.typeOrder {
		if _, err := im.typ(r.ID, r.line); err != nil {
			return err
		}
	}
	for _, r := range im.typeOrder {
		if err := im.complete(r); err != nil {
			return err
		}
	}
	return nil
}

// checkContainment rejects types that contain themselves by value, which have no layout.
func (im *importer) checkContainment() error {
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
			return im.fail(cycle.line, "type %s contains itself", cycle.Name)
		}
	}
	return nil
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
func (im *importer) typ(id, line int) (*air.Type, error) {
	if t := im.types[id]; t != nil {
		return t, nil
	}
	r := im.dump.types[id]
	if r == nil {
		return nil, im.fail(line, "there is no type %d", id)
	}
	if im.typeStates[id] == busy {
		return nil, im.fail(r.line, "type %s is spelled with itself", r.Name)
	}
	im.typeStates[id] = busy
	t, err := im.structural(r)
	if err != nil {
		return nil, err
	}
	im.types[id] = t
	return t, nil
}

func (im *importer) typeOf(id *int, line int, what string) (*air.Type, error) {
	if id == nil {
		return nil, im.fail(line, "the type has no %s", what)
	}
	return im.typ(*id, line)
}

func (im *importer) structural(r *typeRecord) (*air.Type, error) {
	switch r.Kind {
	case "void", "comptime", "anyframe", "enum": // only enums of compile-time integers
		return air.VoidType, nil
	case "noreturn":
		return air.NoReturnType, nil
	case "bool":
		return air.BoolType, nil
	case "opaque":
		return air.AnyOpaque, nil
	case "int":
		return im.integer(r)
	case "float":
		return im.float(r)
	case "error_set":
		return im.errorSet(r)
	case "fn":
		return im.function(r)
	case "struct":
		fields, err := im.fields(r)
		return im.module.Types.TupleOf(fields), err
	case "ptr", "array", "vector", "optional":
		child, err := im.typeOf(r.Child, r.line, "child")
		if err != nil {
			return nil, err
		}
		return im.around(r, child)
	case "error_union":
		return im.errorUnion(r)
	}
	return nil, im.fail(r.line, "type of unknown kind %.60q", r.Kind)
}

// around returns the pointer, array, vector or optional type of a child.
func (im *importer) around(r *typeRecord, child *air.Type) (*air.Type, error) {
	table := im.module.Types
	var sentinel *air.Value
	if r.Sentinel != nil {
		var err error
		if sentinel, err = im.value(*r.Sentinel, r.line); err != nil {
			return nil, err
		}
	}
	switch r.Kind {
	case "optional":
		return table.Optional(child), nil
	case "vector":
		return table.Vector(r.Len, child), nil
	case "array":
		return table.ArraySentinel(r.Len, child, sentinel), nil
	}
	return im.pointer(r, child, sentinel)
}

var pointerSizes = map[string]air.PointerSize{"One": air.One, "Many": air.Many, "Slice": air.Slice, "C": air.C}

func (im *importer) pointer(r *typeRecord, child *air.Type, sentinel *air.Value) (*air.Type, error) {
	size, ok := pointerSizes[r.PtrSize]
	if !ok {
		return nil, im.fail(r.line, "pointer of unknown size %.60q", r.PtrSize)
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
			return nil, im.fail(r.line, "vector index %s is not a lane", lane)
		}
		t.VectorIndex = int32(n)
	}
	return im.module.Types.PointerTo(t), nil
}

const maxIntWidth = 65535

func (im *importer) integer(r *typeRecord) (*air.Type, error) {
	switch {
	case r.Named == "usize":
		return air.USize, nil
	case r.Named == "isize":
		return air.ISize, nil
	case r.Width > maxIntWidth:
		return nil, im.fail(r.line, "integer of %d bits", r.Width)
	}
	return im.module.Types.Int(r.Signed, r.Width), nil
}

func (im *importer) float(r *typeRecord) (*air.Type, error) {
	for _, t := range []*air.Type{air.F16, air.F32, air.F64, air.F80, air.F128} {
		if t.Bits == r.Width {
			return t, nil
		}
	}
	return nil, im.fail(r.line, "float of %d bits", r.Width)
}

func (im *importer) errorSet(r *typeRecord) (*air.Type, error) {
	switch {
	case r.AnyError, r.Inferred && r.Resolved == nil:
		return air.AnyError, nil
	case r.Inferred:
		return im.typ(*r.Resolved, r.line)
	}
	var pairs [][2]any
	if err := json.Unmarshal(r.Names, &pairs); err != nil {
		return nil, im.fail(r.line, "names of an error set: %w", err)
	}
	members := make([]air.ErrorMember, len(pairs))
	for i, pair := range pairs {
		name, isText := pair[0].(string)
		value, isNumber := pair[1].(float64)
		if !isText || !isNumber || value < 1 || value > 65535 {
			return nil, im.fail(r.line, "error %v of an error set is not a name and value", pair)
		}
		members[i] = air.ErrorMember{Name: name, Value: uint16(value)}
	}
	sort.Slice(members, func(a, b int) bool { return members[a].Value < members[b].Value })
	return im.module.Types.ErrorSet(members), nil
}

func (im *importer) errorUnion(r *typeRecord) (*air.Type, error) {
	set, err := im.typeOf(r.ErrSet, r.line, "error set")
	if err != nil {
		return nil, err
	}
	payload, err := im.typeOf(r.Payload, r.line, "payload")
	if err != nil {
		return nil, err
	}
	return im.module.Types.ErrorUnion(set, payload), nil
}

func (im *importer) function(r *typeRecord) (*air.Type, error) {
	t := air.Type{CallC: r.CC == "C", VarArgs: r.VarArgs, Params: make([]*air.Type, len(r.Params))}
	if r.CC != "C" && r.CC != "Unspecified" {
		return nil, im.fail(r.line, "calling convention %.60q is not supported", r.CC)
	}
	var err error
	if t.Elem, err = im.typeOf(r.Ret, r.line, "result"); err != nil {
		return nil, err
	}
	for i, id := range r.Params {
		if t.Params[i], err = im.typ(id, r.line); err != nil {
			return nil, err
		}
	}
	return im.module.Types.FnOf(t), nil
}

func (im *importer) fields(r *typeRecord) ([]air.Field, error) {
	fields := make([]air.Field, len(r.Fields))
	for i, f := range r.Fields {
		t, err := im.typ(f.Type, r.line)
		if err != nil {
			return nil, err
		}
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
			return nil, im.fail(r.line, "comptime field %s has no value", f.Name)
		}
		if fields[i].Comptime, err = im.value(*f.Val, r.line); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

// sized reports whether a type has a size in Zig.
func (im *importer) sized(id int) bool {
	r := im.dump.types[id]
	return r.Size != nil && *r.Size != 0
}

var containers = map[string]air.Container{"Auto": air.Auto, "Extern": air.Extern, "Packed": air.Packed}

// complete fills in the fields or members of a nominal type.
func (im *importer) complete(r *typeRecord) error {
	if !r.isNominal() || im.completed[r.ID] {
		return nil
	}
	im.completed[r.ID] = true
	t := im.types[r.ID]
	if r.Kind == "enum" {
		return im.completeEnum(r, t)
	}
	if r.Kind == "opaque" {
		return nil
	}
	var ok bool
	if t.Container, ok = containers[r.Layout]; !ok {
		return im.fail(r.line, "layout %.60q is unknown", r.Layout)
	}
	var err error
	if t.Fields, err = im.fields(r); err != nil {
		return err
	}
	if r.Kind == "union" {
		return im.completeUnion(r, t)
	}
	if t.Container == air.Packed {
		t.Elem, err = im.typeOf(r.Backing, r.line, "backing integer")
		if err == nil && t.Elem.Kind != air.Int {
			err = im.fail(r.line, "the backing type %s is not an integer", t.Elem)
		}
	}
	return err
}

func (im *importer) completeUnion(r *typeRecord, t *air.Type) error {
	if r.Tag != nil && r.Tagging != "none" {
		tag, err := im.typ(*r.Tag, r.line)
		if err != nil {
			return err
		}
		switch tag.Kind {
		case air.Enum:
			t.Tag, t.HasTag = tag, true
		case air.Void: // exists only at compile time
		default:
			return im.fail(r.line, "the tag type %s is not an enum", tag)
		}
	}
	if t.Container == air.Packed {
		if r.Bits == nil || *r.Bits > maxIntWidth {
			return im.fail(r.line, "packed union without bit size")
		}
		t.Elem = im.module.Types.Int(false, uint32(*r.Bits))
	}
	return nil
}

func (im *importer) completeEnum(r *typeRecord, t *air.Type) error {
	tag, err := im.typeOf(r.Tag, r.line, "tag")
	if err != nil {
		return err
	}
	if tag.Kind != air.Int {
		return im.fail(r.line, "the tag type %s is not an integer", tag)
	}
	t.Elem, t.Exhaustive = tag, r.Exhaustive
	var names []string
	if err := json.Unmarshal(r.Names, &names); err != nil {
		return im.fail(r.line, "names of an enum: %w", err)
	}
	if r.Values != nil && len(r.Values) != len(names) {
		return im.fail(r.line, "enum with %d names and %d values", len(names), len(r.Values))
	}
	t.Members = make([]air.EnumMember, len(names))
	for i, name := range names {
		value := big.NewInt(int64(i))
		if r.Values != nil {
			if value, err = parseInt(r.Values[i]); err != nil {
				return im.fail(r.line, "member %s: %w", name, err)
			}
		}
		t.Members[i] = air.EnumMember{Name: name, Value: value}
	}
	return nil
}

// maxDigits bounds a decimal integer: enough for every integer of 65535 bits.
const maxDigits = 20000

func parseInt(text string) (*big.Int, error) {
	if len(text) <= maxDigits {
		if v, ok := new(big.Int).SetString(text, 10); ok {
			return v, nil
		}
	}
	return nil, fmt.Errorf("%.40q is not an integer", text)
}
