package backend

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/link"
)

// maxInitialised is the largest size in bytes of a global with an initial value, all of which is in the file.
const maxInitialised = 1 << 28

// appendGlobals lays out the globals and the name tables that the code refers to. A variable whose initial value is
// undefined takes no space in the file and is zero.
func appendGlobals(objects []link.Object, m *air.Module) ([]link.Object, error) {
	for _, g := range m.Globals {
		o, err := global(g)
		if err != nil {
			return nil, fmt.Errorf("backend: global @%s: %w", g.Name, err)
		}
		objects = append(objects, o)
	}
	for _, d := range codegen.NameTables(m) {
		objects = append(objects, dataObject(&d, link.ROData))
		objects[len(objects)-1].Local = true
	}
	return objects, nil
}

func global(g *air.Global) (link.Object, error) {
	size := g.Type.Size()
	switch {
	case g.ThreadLocal:
		return link.Object{}, &air.Unsupported{What: "a thread-local global"}
	case g.Init == nil || g.Init.Kind == air.Undef:
		align := max(uint64(g.Align), g.Type.Align())
		return link.Object{Name: g.Name, Section: link.BSS, Size: size, Align: align, Extern: g.Extern}, nil
	case size > maxInitialised:
		return link.Object{}, fmt.Errorf("%d bytes exceed the limit of %d", size, maxInitialised)
	}
	d, err := codegen.Data(g)
	if err != nil {
		return link.Object{}, err
	}
	if g.Const {
		return dataObject(&d, link.ROData), nil
	}
	return dataObject(&d, link.Data), nil
}

func dataObject(d *codegen.Datum, s link.Section) link.Object {
	o := link.Object{Name: d.Name, Section: s, Data: d.Bytes, Align: d.Align}
	for _, a := range d.Addresses {
		o.Relocs = append(o.Relocs, link.Reloc{Offset: uint32(a.Offset), Kind: link.Abs64, Symbol: a.Symbol, Addend: a.Addend})
	}
	return o
}
