package codegen

import (
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Datum is a piece of initialised data: its bytes, undefined ones as zeros, and the addresses among them.
type Datum struct {
	Name      string
	Bytes     []byte
	Align     uint64
	Addresses []Address
}

// Address is an 8-byte address within a Datum.
type Address struct {
	Offset uint64
	Symbol string
	Addend int64
}

// Data lays out the initial value of a global as a Datum.
func Data(g *air.Global) (Datum, error) {
	d := Datum{Name: g.Name, Align: max(g.Type.Align(), uint64(g.Align), 1)}
	b := constantBuffer{bytes: make([]byte, (g.Type.Size()+7)&^7)}
	if g.Init != nil && !b.fill(g.Init, 0) {
		return d, &air.Unsupported{What: fmt.Sprintf("global %s: addresses in the bits of %s", g.Name, g.Type)}
	}
	d.Bytes = b.bytes[:g.Type.Size()]
	for _, s := range b.symbols {
		d.Addresses = append(d.Addresses, Address{uint64(s.at), s.symbol, s.addend})
	}
	slices.SortFunc(d.Addresses, func(a, b Address) int { return int(a.Offset) - int(b.Offset) })
	return d, nil
}

// The symbols of the read-only data that tag_name and error_name read: tables of slices, and the strings that they
// point to. No function or global of a module has a name with such a prefix.
const (
	errorNamesSymbol = "names.errors"
	tagNamesPrefix   = "names.enum."
	stringPrefix     = "names.string."
)

// NameTables returns the read-only data that the code of a module refers to besides its globals.
func NameTables(m *air.Module) []Datum {
	var t nameTables
	for _, f := range m.Funcs {
		for i := range f.Insts {
			switch in := &f.Insts[i]; in.Tag {
			case air.ErrorName:
				t.table(errorNamesSymbol, m.ErrorNames)
			case air.TagName:
				enum := f.TypeOf(in.Ops[0])
				t.table(tagNamesPrefix+enum.String(), tagNames(enum))
			}
		}
	}
	return t.data
}

func tagNames(enum *air.Type) []string {
	names := make([]string, len(enum.Members))
	for n, m := range enum.Members {
		names[n] = m.Name
	}
	return names
}

type nameTables struct {
	data    []Datum
	strings map[string]bool
	done    map[string]bool
}

// table adds a table of slices and its strings.
func (t *nameTables) table(symbol string, names []string) {
	if t.done[symbol] {
		return
	}
	if t.done == nil {
		t.strings, t.done = map[string]bool{}, map[string]bool{}
	}
	t.done[symbol] = true
	d := Datum{Name: symbol, Bytes: make([]byte, 16*len(names)), Align: 8}
	for n, name := range names {
		t.string(name)
		d.Addresses = append(d.Addresses, Address{Offset: uint64(16 * n), Symbol: stringPrefix + name})
		length := len(name)
		for b := range 8 {
			d.Bytes[16*n+8+b] = byte(length >> (8 * b))
		}
	}
	t.data = append(t.data, d)
}

// string adds a string with a sentinel zero.
func (t *nameTables) string(s string) {
	if !t.strings[s] {
		t.strings[s] = true
		t.data = append(t.data, Datum{Name: stringPrefix + s, Bytes: append([]byte(s), 0), Align: 1})
	}
}

// leaSymbol emits the address of a symbol plus an addend.
func (f *function) leaSymbol(r isa.Reg, symbol string, addend int64) {
	var place mir.SymbolPlace
	if f.opts.PIC {
		place |= mir.Table
	}
	if f.opts.Threads && (symbol == TraceSymbol || f.gen.isThreadLocal(f.module, symbol)) {
		place |= mir.Thread
	}
	f.out.SymbolAddress(r, symbol, addend, place)
}

// isThreadLocal reports whether a symbol is a thread-local global of the module.
func (g *Generator) isThreadLocal(m *air.Module, symbol string) bool {
	if g.threadLocal == nil {
		g.threadLocal = map[string]bool{}
		for _, v := range m.Globals {
			if v.ThreadLocal {
				g.threadLocal[v.Name] = true
			}
		}
	}
	return g.threadLocal[symbol]
}
