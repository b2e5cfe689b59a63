package asm

import (
	"cmp"
	"debug/elf"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/isa/internal/quote"
)

// object is what an ELF object has besides the bytes of its sections.
type object struct {
	symbols    map[*symbol]*symbolInfo
	invented   []*symbol // labels that relocations need and the source has not, in their order
	groups     []string  // signatures, in the order of their first mention
	file       string
	attributes map[uint64]attribute
	compressed bool // some instructions may have 16 bits
	item       int  // that is being emitted
	frames     callFrames
	table      lineTable
	relocs     []relocation
	// terms are the values of constants in a pass of layout, or after it: a chain of them can be as long as the source.
	terms      map[termKey]termResult
	generation int
}

type termResult struct {
	term
	err error
}

// termKey is a constant, and whether distances are those of the layout anyhow.
type termKey struct {
	symbol *symbol
	anyhow bool
}

// symbolInfo is what directives say of a symbol.
type symbolInfo struct {
	bind         elf.SymBind
	kind         elf.SymType
	other        uint8 // visibility and bits of the psABI
	size         *expr
	sizeAt       place
	common       bool
	bytes, align int64 // of a common symbol
	referenced   bool  // by a relocation
	number       int   // in the symbol table
}

// attribute is a value of .attribute: a text or a number.
type attribute struct {
	text   string
	number uint64
}

func newObject() *object {
	return &object{symbols: make(map[*symbol]*symbolInfo), attributes: make(map[uint64]attribute)}
}

// info returns what is known of a symbol, for the caller to change.
func (o *object) info(s *symbol) *symbolInfo {
	i := o.symbols[s]
	if i == nil {
		i = &symbolInfo{}
		o.symbols[s] = i
	}
	return i
}

// bindOf returns the binding of a symbol: undefined ones are for other objects to define.
func (o *object) bindOf(s *symbol) elf.SymBind {
	i := o.info(s)
	switch {
	case s.weak || i.bind == elf.STB_WEAK:
		return elf.STB_WEAK
	case i.bind == elf.STB_LOCAL && (s.kind == symbolUndefined || i.common):
		return elf.STB_GLOBAL
	}
	return i.bind
}

// common makes a symbol a common one, unless it is local, and reports whether it did.
func (o *object) common(s *symbol, bytes, align int64) bool {
	i := o.info(s)
	if i.other == localMark {
		i.other = 0
		return false
	}
	i.common, i.bytes, i.align = true, max(i.bytes, bytes), max(i.align, align)
	return true
}

// localMark is in symbolInfo.other of a symbol after .local, until .comm has made it a label.
const localMark = 0xff

// header is what an ELF section has besides its name and bytes.
type header struct {
	kind  elf.SectionType
	flags elf.SectionFlag
	entry uint64
	group string
}

// wellKnown are the headers of sections by the beginning of their names.
var wellKnown = []struct {
	prefix string
	kind   elf.SectionType
	flags  elf.SectionFlag
}{
	{".text", elf.SHT_PROGBITS, elf.SHF_ALLOC | elf.SHF_EXECINSTR},
	{".init_array", elf.SHT_INIT_ARRAY, elf.SHF_ALLOC | elf.SHF_WRITE},
	{".fini_array", elf.SHT_FINI_ARRAY, elf.SHF_ALLOC | elf.SHF_WRITE},
	{".preinit_array", elf.SHT_PREINIT_ARRAY, elf.SHF_ALLOC | elf.SHF_WRITE},
	{".init", elf.SHT_PROGBITS, elf.SHF_ALLOC | elf.SHF_EXECINSTR},
	{".fini", elf.SHT_PROGBITS, elf.SHF_ALLOC | elf.SHF_EXECINSTR},
	{".data", elf.SHT_PROGBITS, elf.SHF_ALLOC | elf.SHF_WRITE},
	{".sdata", elf.SHT_PROGBITS, elf.SHF_ALLOC | elf.SHF_WRITE},
	{".bss", elf.SHT_NOBITS, elf.SHF_ALLOC | elf.SHF_WRITE},
	{".sbss", elf.SHT_NOBITS, elf.SHF_ALLOC | elf.SHF_WRITE},
	{".tdata", elf.SHT_PROGBITS, elf.SHF_ALLOC | elf.SHF_WRITE | elf.SHF_TLS},
	{".tbss", elf.SHT_NOBITS, elf.SHF_ALLOC | elf.SHF_WRITE | elf.SHF_TLS},
	{".rodata", elf.SHT_PROGBITS, elf.SHF_ALLOC},
	{".srodata", elf.SHT_PROGBITS, elf.SHF_ALLOC},
	{".eh_frame", elf.SHT_PROGBITS, elf.SHF_ALLOC},
	{".gcc_except_table", elf.SHT_PROGBITS, elf.SHF_ALLOC},
	{".note.GNU-stack", elf.SHT_PROGBITS, 0},
	{".note", elf.SHT_NOTE, 0},
}

// newHeader returns the header of a section whose directive says nothing of it.
func newHeader(name string) *header {
	for _, k := range wellKnown {
		if name == k.prefix || strings.HasPrefix(name, k.prefix+".") {
			return &header{kind: k.kind, flags: k.flags}
		}
	}
	return &header{kind: elf.SHT_PROGBITS}
}

// sectionTypes are the names of types in .section, after @ or %.
var sectionTypes = map[string]elf.SectionType{
	"progbits": elf.SHT_PROGBITS, "nobits": elf.SHT_NOBITS, "note": elf.SHT_NOTE, "init_array": elf.SHT_INIT_ARRAY,
	"fini_array": elf.SHT_FINI_ARRAY, "preinit_array": elf.SHT_PREINIT_ARRAY,
}

// sectionFlags are the letters of flags in .section.
var sectionFlags = map[rune]elf.SectionFlag{
	'a': elf.SHF_ALLOC, 'w': elf.SHF_WRITE, 'x': elf.SHF_EXECINSTR, 'M': elf.SHF_MERGE, 'S': elf.SHF_STRINGS, 'T': elf.SHF_TLS,
	'G': elf.SHF_GROUP, 'e': 0x80000000, 'R': 0x200000,
}

// sectionHeader handles what follows the name in the first .section of one: flags, a type, the size of entries, a group.
func (a *assembler) sectionHeader(flags, rest string, at int) {
	s := a.section()
	h := s.header
	h.flags = 0
	for _, c := range flags {
		bit, ok := sectionFlags[c]
		if !ok {
			a.failAt(at, "unknown flag %q of a section", c)
			return
		}
		h.flags |= bit
	}
	s.isCode = h.flags&elf.SHF_EXECINSTR != 0
	operands := a.operands(rest, at)
	if len(operands) > 0 {
		kind, ok := sectionTypes[strings.TrimLeft(operands[0].text, "@%")]
		if !ok {
			number, known := parseNumber(strings.TrimLeft(operands[0].text, "@%"))
			if !known {
				a.failAt(at, "unknown type %.60q of a section", operands[0].text)
				return
			}
			kind = elf.SectionType(number)
		}
		h.kind, operands = kind, operands[1:]
	}
	if h.flags&elf.SHF_MERGE != 0 && len(operands) > 0 {
		v, ok := a.known(operands[0].text, operands[0].at)
		if !ok {
			return
		}
		h.entry, operands = uint64(v), operands[1:]
	}
	if h.flags&elf.SHF_GROUP != 0 {
		if len(operands) == 0 {
			a.failAt(at, "expected the name of a group")
			return
		}
		h.group = unquoted(operands[0].text)
		if !slices.Contains(a.object.groups, h.group) {
			a.object.groups = append(a.object.groups, h.group)
		}
		a.symbols.intern(h.group)
	}
}

// objectDirective handles a directive that says something of symbols or of the file, and reports whether it is one.
func (a *assembler) objectDirective(name, rest string, at int) bool {
	switch name {
	case ".globl", ".global":
		a.eachSymbol(rest, at, func(i *symbolInfo) { i.bind = elf.STB_GLOBAL })
	case ".weak":
		a.eachSymbol(rest, at, func(i *symbolInfo) { i.bind = elf.STB_WEAK })
	case ".local":
		a.eachSymbol(rest, at, func(i *symbolInfo) { i.other = localMark })
	case ".hidden", ".internal", ".protected":
		other := map[string]elf.SymVis{".hidden": elf.STV_HIDDEN, ".internal": elf.STV_INTERNAL, ".protected": elf.STV_PROTECTED}[name]
		a.eachSymbol(rest, at, func(i *symbolInfo) { i.other |= uint8(other) })
	case ".variant_cc":
		const variantCC = 0x80 // psABI, "Symbol Table"
		a.eachSymbol(rest, at, func(i *symbolInfo) { i.other |= variantCC })
	case ".type":
		a.symbolType(rest, at)
	case ".size":
		a.symbolSize(rest, at)
	case ".symver":
		a.failAt(at, "versions of symbols are not supported in objects")
	case ".file":
		a.sourceFile(rest, at)
	case ".loc":
		a.sourceLine(rest, at)
	case ".ident":
		a.ident(rest, at)
	case ".attribute":
		a.attribute(rest, at)
	default:
		if !strings.HasPrefix(name, ".cfi_") {
			return false
		}
		a.callFrame(name, rest, at)
	}
	return true
}

// eachSymbol changes what is known of each symbol of a list.
func (a *assembler) eachSymbol(rest string, at int, change func(*symbolInfo)) {
	operands := a.operands(rest, at)
	if len(operands) == 0 {
		a.failAt(at, "expected a symbol")
	}
	for _, o := range operands {
		name := unquoted(o.text)
		if name == "" || isNumericLabel(name) {
			a.failAt(o.at, "%.60q is not a symbol", o.text)
			return
		}
		change(a.object.info(a.symbols.intern(name)))
	}
}

var symbolTypes = map[string]elf.SymType{
	"function": elf.STT_FUNC, "STT_FUNC": elf.STT_FUNC, "object": elf.STT_OBJECT, "STT_OBJECT": elf.STT_OBJECT,
	"notype": elf.STT_NOTYPE, "STT_NOTYPE": elf.STT_NOTYPE, "tls_object": elf.STT_TLS, "STT_TLS": elf.STT_TLS,
	"common": elf.STT_OBJECT, "STT_COMMON": elf.STT_OBJECT, "gnu_indirect_function": elf.STT_GNU_IFUNC, "STT_GNU_IFUNC": elf.STT_GNU_IFUNC,
}

func (a *assembler) symbolType(rest string, at int) {
	operands := a.operands(rest, at)
	if len(operands) != 2 {
		a.failAt(at, "expected a symbol and its type")
		return
	}
	kind, ok := symbolTypes[strings.TrimLeft(unquoted(operands[1].text), "@%#")]
	if !ok {
		a.failAt(operands[1].at, "unknown type %.60q of a symbol", operands[1].text)
		return
	}
	a.object.info(a.symbols.intern(unquoted(operands[0].text))).kind = kind
}

func (a *assembler) symbolSize(rest string, at int) {
	operands := a.operands(rest, at)
	if len(operands) != 2 {
		a.failAt(at, "expected a symbol and its size")
		return
	}
	if e := a.expression(operands[1].text, operands[1].at); e != nil {
		i := a.object.info(a.symbols.intern(unquoted(operands[0].text)))
		i.size, i.sizeAt = e, a.here(operands[1].at)
	}
}

// ident adds a text to .comment, which begins with an empty one.
func (a *assembler) ident(rest string, at int) {
	text, n := quote.AppendString(nil, rest)
	if n == 0 {
		a.failAt(at, "expected a string")
		return
	}
	current, previous := a.current, a.previous
	a.enter(".comment", "")
	s := a.open()
	s.header.flags, s.header.entry = elf.SHF_MERGE|elf.SHF_STRINGS, 1
	if len(s.code) == 0 {
		s.code = append(s.code, 0)
	}
	s.code = append(append(s.code, text...), 0)
	a.current, a.previous = current, previous
}

// attributeTags are the names that .attribute takes for tags (psABI, "Attributes").
var attributeTags = map[string]uint64{
	"stack_align": 4, "arch": tagArch, "unaligned_access": 6, "priv_spec": 8, "priv_spec_minor": 10, "priv_spec_revision": 12,
	"atomic_abi": 14, "x3_reg_usage": 16,
}

const tagArch = 5

// attribute handles .attribute: a tag that is even has a number, an odd one a text.
func (a *assembler) attribute(rest string, at int) {
	operands := a.operands(rest, at)
	if len(operands) != 2 {
		a.failAt(at, "expected a tag and its value")
		return
	}
	name := strings.TrimPrefix(operands[0].text, "Tag_RISCV_")
	tag, ok := attributeTags[name]
	if !ok {
		var err error
		if tag, err = strconv.ParseUint(name, 0, 31); err != nil {
			a.failAt(at, "unknown attribute %.60q", operands[0].text)
			return
		}
	}
	if tag&1 != 0 {
		text, n := quote.AppendString(nil, operands[1].text)
		if n == 0 {
			a.failAt(operands[1].at, "expected a string")
			return
		}
		a.object.attributes[tag] = attribute{text: string(text)}
		if tag == tagArch && a.opt.March == nil {
			a.setArchitecture(string(text))
		}
		return
	}
	if v, ok := a.known(operands[1].text, operands[1].at); ok {
		a.object.attributes[tag] = attribute{number: uint64(v)}
	}
}

// setArchitecture makes an attribute the architecture of what follows, as long as all its extensions are known.
func (a *assembler) setArchitecture(text string) {
	if march, err := isa.ParseMarch(text); err == nil {
		a.limited, a.march, a.shorts, a.rvc = true, march, march.CompressedForms(), march.Has(isa.C_ADD)
		a.object.compressed = a.object.compressed || a.rvc
	}
}

// architecture returns that of the object: of --march, or else of its attribute, as long as all its extensions are known.
func (a *assembler) architecture() (march isa.March, ok bool) {
	if a.opt.March != nil {
		return *a.opt.March, true
	}
	march, err := isa.ParseMarch(a.object.attributes[tagArch].text)
	return march, err == nil
}

// nameArchitecture adds the attribute arch if there is none, and writes it in full, as linkers want it.
func (a *assembler) nameArchitecture() {
	march, ok := a.architecture()
	given, isGiven := a.object.attributes[tagArch]
	if isGiven {
		var err error
		march, err = isa.ParseMarch(given.text)
		ok = err == nil && !hasVersion.MatchString(given.text)
	}
	if ok {
		a.object.attributes[tagArch] = attribute{text: march.Canonical()}
	}
}

var hasVersion = regexp.MustCompile(`^rv(32|64)[a-z][0-9]+p[0-9]+`)

// attributeSection returns the bytes of .riscv.attributes, or nil if there are none.
func (o *object) attributeSection() []byte {
	if len(o.attributes) == 0 {
		return nil
	}
	var list []byte
	for _, tag := range slices.Sorted(maps.Keys(o.attributes)) {
		list = appendLEB(list, int64(tag), false)
		if tag&1 != 0 {
			list = append(append(list, o.attributes[tag].text...), 0)
		} else {
			list = appendLEB(list, int64(o.attributes[tag].number), false)
		}
	}
	const ofFile = 1
	le32 := func(dst []byte, n int) []byte { return append(dst, byte(n), byte(n>>8), byte(n>>16), byte(n>>24)) }
	list = append(le32([]byte{ofFile}, len(list)+5), list...)
	const vendor = "riscv\x00"
	list = append([]byte(vendor), list...)
	return append(le32([]byte{'A'}, len(list)+4), list...)
}

// inOrder returns the symbols of the table in the order in which the source first names them.
func (t *symbolTable) inOrder() []*symbol {
	var list []*symbol
	for i := range t.count {
		s := t.symbol(uint32(i + 1))
		if t.find(s.name) == s { // not set again
			list = append(list, s)
		}
	}
	return list
}

// byBinding sorts symbols: local ones come first.
func (o *object) byBinding(list []*symbol) {
	slices.SortStableFunc(list, func(x, y *symbol) int {
		return cmp.Compare(min(1, o.bindOf(x)), min(1, o.bindOf(y)))
	})
}
