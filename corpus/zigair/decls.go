package zigair

import (
	"math"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// nameSymbols assigns every declaration its symbol. Names known outside (of extern declarations that nothing in the
// file exports) are kept.
func (im *importer) nameSymbols() {
	for _, r := range im.exports {
		if im.dump.decls[r.Decl] == nil {
			panic(im.fail(r.line, "there is no declaration %d", r.Decl))
		}
		im.byExport[r.Name] = r.Decl
	}
	for _, r := range im.fns {
		if im.hasBody[r.Decl] {
			panic(im.fail(r.line, "function %d is given twice", r.Decl))
		}
		im.hasBody[r.Decl] = true
	}
	for _, r := range im.declOrder {
		if _, exported := im.byExport[r.Symbol]; r.isExtern() && !exported {
			im.symbols[r.ID] = r.Symbol
			im.symbolNames[r.Symbol] = true
		}
	}
	for _, r := range im.declOrder {
		switch r.Kind {
		case "const", "var", "fn":
			im.symbols[r.ID] = im.symbolNames.unique(r.Name)
		case "extern_var", "extern_fn", "alias":
		default:
			panic(im.fail(r.line, "declaration of unknown kind %.60q", r.Kind))
		}
	}
}

func (r *declRecord) isExtern() bool { return r.Kind == "extern_var" || r.Kind == "extern_fn" }

// definition follows aliases, and extern declarations of what this file exports, to the declaration that has the memory
// or the code.
func (im *importer) definition(id, line int) *declRecord {
	for range len(im.declOrder) + 1 {
		r := im.dump.decls[id]
		switch {
		case r == nil:
			panic(im.fail(line, "there is no declaration %d", id))
		case r.Kind == "alias":
			if r.Target == nil {
				panic(im.fail(r.line, "alias %s has no target", r.Name))
			}
			id = *r.Target
		case r.isExtern():
			exported, ok := im.byExport[r.Symbol]
			if !ok {
				return r
			}
			id = exported
		default:
			return r
		}
	}
	panic(im.fail(line, "declaration %d is an alias of itself", id))
}

// symbol returns the symbol of a declaration.
func (im *importer) symbol(id, line int) string {
	return im.symbols[im.definition(id, line).ID]
}

func (im *importer) convertGlobals() {
	externs := names{}
	for _, r := range im.declOrder {
		t := im.typ(r.Type, r.line)
		switch symbol := im.symbols[r.ID]; {
		case r.Kind == "const" || r.Kind == "var":
			im.global(r, t)
		case r.Kind == "fn" && !im.hasBody[r.ID]:
			im.externFunc(r, symbol, t)
		case symbol == "" || externs[symbol]:
		case r.Kind == "extern_fn":
			externs[symbol] = true
			im.externFunc(r, symbol, t)
		case r.Kind == "extern_var":
			externs[symbol] = true
			im.module.Globals = append(im.module.Globals,
				&air.Global{Name: symbol, Type: t, Const: r.Const, ThreadLocal: r.ThreadLocal, Extern: true})
		}
	}
}

func (im *importer) externFunc(r *declRecord, symbol string, t *air.Type) {
	if t.Kind != air.Fn {
		panic(im.fail(r.line, "function %s is of type %s", r.Name, t))
	}
	im.module.Funcs = append(im.module.Funcs, &air.Func{Name: symbol, Type: t, Extern: true})
}

func (im *importer) global(r *declRecord, t *air.Type) {
	if r.Init == nil {
		panic(im.fail(r.line, "%s %s has no value", r.Kind, r.Name))
	}
	init := im.value(*r.Init, r.line)
	g := &air.Global{Name: im.symbols[r.ID], Type: t, Const: r.Kind == "const", ThreadLocal: r.ThreadLocal, Init: init}
	if r.Align != nil {
		g.Align = *r.Align
	}
	im.module.Globals = append(im.module.Globals, g)
}

// addressOf returns the symbol of a read-only global that holds a constant, created on first use.
func (im *importer) addressOf(id, line int) string {
	if name, ok := im.anonymous[id]; ok {
		return name
	}
	v := im.value(id, line)
	name := im.symbolNames.unique("anonymous")
	im.anonymous[id] = name
	im.module.Globals = append(im.module.Globals, &air.Global{Name: name, Type: v.Type, Const: true, Init: v})
	return name
}

// maxOffset bounds the distance of an address from its symbol.
const maxOffset = math.MaxInt32
