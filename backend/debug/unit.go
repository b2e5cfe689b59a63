package debug

import (
	"debug/dwarf"
	"encoding/binary"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// codeAddress is a place in the code of a function, the value of a formAddr.
type codeAddress struct {
	symbol string
	offset uint32
}

// entryAt is the offset of an entry in the unit, the value of a formRef4.
type entryAt uint32

// symbolPlace is the expression of the address of a symbol, the value of a formExprloc.
type symbolPlace string

// unit is the compilation unit being written.
type unit struct {
	functions         []*Function
	files             []string // of the line table
	info              section
	locations, ranges section
	shapes            []shape          // by number of the abbreviation, from 1
	numbers           map[string]int   // of the abbreviations, by their bytes
	inlined           map[string]int   // the entries of inlined functions
	types             map[typePart]int // the entries of types, 0 for those to come
	queue             []typePart       // those to come
	references        []typeReference
}

// shape is the bytes of an abbreviation without its number.
type shape []byte

// attribute is an attribute of an entry; the form decides the type of the value.
type attribute struct {
	name  dwarf.Attr
	form  uint64
	value any
}

// reference is a place in a debug section, the value of a formSecOffset.
type reference struct {
	section string
	at      int
}

func newUnit(functions []*Function) *unit {
	u := &unit{
		functions: functions, info: section{name: infoName}, locations: section{name: locName}, ranges: section{name: rangeName},
		numbers: map[string]int{}, inlined: map[string]int{}, types: map[typePart]int{},
	}
	known := map[string]bool{}
	for _, f := range functions {
		if name := fileName(f.file); !known[name] {
			known[name] = true
			u.files = append(u.files, name)
		}
	}
	if len(u.files) == 0 {
		u.files = []string{unknownFile}
	}
	return u
}

// write writes the entries of a module.
func (u *unit) write(m *air.Module) {
	length := u.info.begin()
	u.info.u16(version)
	u.info.bytes(unitCompile, addressSize)
	u.info.offset(abbrevName, 0)
	attributes := []attribute{
		{dwarf.AttrProducer, formString, "rvfuzz"}, {dwarf.AttrLanguage, formUdata, languageC11},
		{dwarf.AttrName, formString, u.files[0]}, {dwarf.AttrStmtList, formSecOffset, reference{lineName, 0}},
	}
	if len(u.functions) > 0 {
		attributes = append(attributes, attribute{dwarf.AttrLowpc, formAddr, nil}, attribute{attrRanges, formSecOffset, u.codeRanges()})
	}
	u.entry(dwarf.TagCompileUnit, true, attributes...)
	for _, f := range u.functions {
		u.function(f)
	}
	for _, g := range m.Globals {
		u.global(g)
	}
	for len(u.queue) > 0 {
		p := u.queue[0]
		u.queue = u.queue[1:]
		u.types[p] = len(u.info.data)
		u.typeEntry(p)
	}
	u.info.bytes(0)
	for _, r := range u.references {
		binary.LittleEndian.PutUint32(u.info.data[r.at:], uint32(u.types[r.to]))
	}
	u.info.end(length)
	for _, s := range []*section{&u.locations, &u.ranges} {
		if len(s.data) > 0 {
			s.end(4)
		}
	}
}

// codeRanges writes the list of the code of the unit.
func (u *unit) codeRanges() reference {
	at := u.list(&u.ranges)
	for _, f := range u.functions {
		u.ranges.bytes(rangeStartAndLength)
		u.ranges.address(f.symbol, 0)
		u.ranges.uleb(uint64(f.size))
	}
	u.ranges.bytes(listEnd)
	return reference{rangeName, at}
}

// entry writes one entry. If it may have children, those follow, up to a zero byte.
func (u *unit) entry(tag dwarf.Tag, children bool, attributes ...attribute) {
	s := binary.AppendUvarint(nil, uint64(tag))
	s = append(s, btoi(children))
	for _, a := range attributes {
		s = binary.AppendUvarint(binary.AppendUvarint(s, uint64(a.name)), a.form)
	}
	number := u.numbers[string(s)]
	if number == 0 {
		u.shapes = append(u.shapes, s)
		number = len(u.shapes)
		u.numbers[string(s)] = number
	}
	u.info.uleb(uint64(number))
	for i := range attributes {
		u.value(&attributes[i])
	}
}

func btoi(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// value writes the value of an attribute.
func (u *unit) value(a *attribute) {
	s := &u.info
	switch v := a.value.(type) {
	case nil: // an address of zero, or a flag
		if a.form == formAddr {
			s.u64(0)
		}
	case string:
		if a.form == formAddr {
			s.address(v, 0)
		} else {
			s.text(v)
		}
	case codeAddress:
		s.address(v.symbol, int64(v.offset))
	case entryAt:
		s.u32(uint32(v))
	case symbolPlace:
		s.uleb(1 + addressSize)
		s.bytes(opAddr)
		s.address(string(v), 0)
	case int:
		s.uleb(uint64(v))
	case int64:
		s.sleb(v)
	case uint64:
		if a.form == formData8 {
			s.u64(v)
		} else {
			s.uleb(v)
		}
	case []byte:
		s.uleb(uint64(len(v)))
		s.bytes(v...)
	case reference:
		s.offset(v.section, v.at)
	case typePart:
		if at, known := u.types[v]; !known {
			u.types[v] = 0
			u.queue = append(u.queue, v)
		} else if at != 0 {
			s.u32(uint32(at))
			return
		}
		u.references = append(u.references, typeReference{len(s.data), v})
		s.u32(0)
	default:
		panic("debug: every value of an attribute has a form")
	}
}

func (u *unit) writeAbbreviations(s *section) {
	for i, shape := range u.shapes {
		s.uleb(uint64(i + 1))
		s.bytes(shape...)
		s.bytes(0, 0)
	}
	s.bytes(0)
}

func (u *unit) function(f *Function) {
	attributes := []attribute{
		{dwarf.AttrName, formString, f.symbol}, {dwarf.AttrExternal, formFlag, nil}, {dwarf.AttrPrototyped, formFlag, nil},
		{dwarf.AttrLowpc, formAddr, f.symbol}, {dwarf.AttrHighpc, formData8, uint64(f.size)},
		{dwarf.AttrFrameBase, formExprloc, []byte{opCallFrame}},
		{dwarf.AttrDeclFile, formUdata, slices.Index(u.files, fileName(f.file))},
	}
	if f.line != 0 {
		attributes = append(attributes, attribute{dwarf.AttrDeclLine, formUdata, uint64(f.line)})
	}
	attributes = appendType(attributes, f.typ.Elem)
	for _, s := range f.inlinedFunctions(nil) {
		if u.inlined[s] == 0 {
			u.inlined[s] = len(u.info.data)
			u.entry(dwarf.TagSubprogram, false, attribute{dwarf.AttrName, formString, s}, attribute{dwarf.AttrInline, formUdata, 1})
		}
	}
	children := len(f.variables)+len(f.scopes) > 0 || slices.ContainsFunc(f.params, func(v variable) bool { return v.typ.HasBits() })
	u.entry(dwarf.TagSubprogram, children, attributes...)
	if !children {
		return
	}
	for n := range f.params {
		p := &f.params[n]
		if p.name == "" {
			p.name = parameterName(n)
		}
		if p.typ.HasBits() {
			u.variable(f, &f.scope, p)
		}
	}
	u.scope(f, &f.scope)
	u.info.bytes(0)
}

// inlinedFunctions appends the functions that are inlined in a scope.
func (s *scope) inlinedFunctions(names []string) []string {
	if s.inlined != "" {
		names = append(names, s.inlined)
	}
	for _, inner := range s.scopes {
		names = inner.inlinedFunctions(names)
	}
	return names
}

// scope writes what is in a scope.
func (u *unit) scope(f *Function, s *scope) {
	for _, v := range s.variables {
		u.variable(f, s, v)
	}
	for _, inner := range s.scopes {
		if inner.low == inner.high {
			continue // no code
		}
		attributes := []attribute{{dwarf.AttrLowpc, formAddr, codeAddress{f.symbol, inner.low}}, {dwarf.AttrHighpc, formData8, uint64(inner.high - inner.low)}}
		tag := dwarf.TagLexDwarfBlock
		if inner.inlined != "" {
			tag = dwarf.TagInlinedSubroutine
			attributes = append(attributes, attribute{dwarf.AttrAbstractOrigin, formRef4, entryAt(u.inlined[inner.inlined])})
			if inner.callLine != 0 {
				attributes = append(attributes, attribute{attrCallLine, formUdata, uint64(inner.callLine)})
			}
		}
		u.entry(tag, true, attributes...)
		u.scope(f, inner)
		u.info.bytes(0)
	}
}

// variable writes a variable or parameter of a scope.
func (u *unit) variable(f *Function, s *scope, v *variable) {
	tag := dwarf.TagVariable
	if v.parameter {
		tag = dwarf.TagFormalParameter
	}
	attributes := appendType([]attribute{{dwarf.AttrName, formString, v.name}}, v.typ)
	if place, ok := u.location(f, v, s.high); ok {
		attributes = append(attributes, place)
	}
	u.entry(tag, false, attributes...)
}

// global writes a variable or constant with a fixed address.
func (u *unit) global(g *air.Global) {
	if !g.Type.HasBits() || g.ThreadLocal || g.Extern {
		return
	}
	attributes := appendType([]attribute{{dwarf.AttrName, formString, g.Name}, {dwarf.AttrExternal, formFlag, nil}}, g.Type)
	u.entry(dwarf.TagVariable, false, append(attributes, attribute{attrLocation, formExprloc, symbolPlace(g.Name)})...)
}
