package link

import "sort"

// Image is a program with final addresses.
type Image struct {
	Segments  []Segment        // by ascending address, without empty ones
	Symbols   []Symbol         // section by section, in the order of the objects
	Funcs     []Func           // the functions among the objects given to Link, in their order
	Externs   []Symbol         // stubs of extern symbols: functions of one ebreak, and zeros
	Panics    []Symbol         // panic routines; the reason is the name without PanicPrefix
	Locations []LocationRecord // by function, and in each by ascending PC
	Lines     []Line           // by function, and in each by ascending PC
	Origins   []Origin         // by function, and in each by ascending PC; empty unless they were recorded
	Entry     uint64           // address of _start, 0 if there is none
	Debug     []DebugSection   // in the order of the objects

	byName map[string]int32 // position in Symbols
}

// DebugSection is a section that describes the program: ".debug_info". Addr is where an executable has it in memory, on
// a page of its own, or 0.
type DebugSection struct {
	Name string
	Data []byte
	Addr uint64
}

// Rights are the permitted uses of a segment.
type Rights uint8

// The rights; their values are those of ELF segment flags.
const (
	Execute Rights = 1 << iota
	Write
	Read
)

// Segment is a part of memory with its own contents and rights.
type Segment struct {
	Name   string // of the section: ".text"
	Addr   uint64
	Data   []byte // the first bytes; the others, up to Size, are zero
	Size   uint64
	Rights Rights
}

// SymbolKind distinguishes functions from data.
type SymbolKind uint8

// The kinds of symbol.
const (
	DataSymbol SymbolKind = iota
	FuncSymbol
	ThreadSymbol // thread-local data, in an object file only
)

// Symbol is a name with an address.
type Symbol struct {
	Name    string
	Addr    uint64
	Size    uint64
	Kind    SymbolKind
	Section Section
	Local   bool
}

// Func is the code of one function.
type Func struct {
	Name string
	Addr uint64
	Size uint64
	Frame
}

// Symbol returns the symbol of a name, and whether there is one.
func (m *Image) Symbol(name string) (Symbol, bool) {
	i, ok := m.byName[name]
	if !ok {
		return Symbol{}, false
	}
	return m.Symbols[i], true
}

// FuncAt returns the position in Funcs of the function that holds the code at an address, or -1.
func (m *Image) FuncAt(pc uint64) int {
	low, high := 0, len(m.Funcs)
	for low < high {
		if middle := (low + high) / 2; m.Funcs[middle].Addr <= pc {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == 0 || pc-m.Funcs[low-1].Addr >= m.Funcs[low-1].Size {
		return -1
	}
	return low - 1
}

// Bytes returns the n initial bytes at an address of the image, not a copy, or false if they are not within the data of
// one segment.
func (m *Image) Bytes(addr, n uint64) ([]byte, bool) {
	for i := range m.Segments {
		s := &m.Segments[i]
		if at := addr - s.Addr; addr >= s.Addr && at <= uint64(len(s.Data)) && n <= uint64(len(s.Data))-at {
			return s.Data[at : at+n : at+n], true
		}
	}
	return nil, false
}

// OriginAt returns the origin of the code at an address, or nil.
func (m *Image) OriginAt(pc uint64) *Origin {
	in := m.FuncAt(pc)
	n := sort.Search(len(m.Origins), func(i int) bool {
		return m.Origins[i].Func > in || m.Origins[i].Func == in && m.Origins[i].PC > pc
	})
	if in < 0 || n == 0 || m.Origins[n-1].Func != in {
		return nil
	}
	return &m.Origins[n-1]
}
