package backend

import (
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/link"
)

// maxInitialised is the largest size in bytes of a global with an initial value, all of which is in the file.
const maxInitialised = 1 << 28

// appendGlobals lays out the globals and the name tables that the code refers to. A variable whose initial value is
// undefined takes no space in the file and is zero. With threads, those that are thread-local are in sections of
// their own.
func appendGlobals(objects []link.Object, m *air.Module, o Options) ([]link.Object, error) {
	perThread := map[string]bool{}
	for _, g := range m.Globals {
		if o.threads && g.ThreadLocal {
			perThread[g.Name] = true
		}
	}
	for _, g := range m.Globals {
		made, err := global(g)
		if err == nil && slices.ContainsFunc(made.Relocs, func(r link.Reloc) bool { return perThread[r.Symbol] }) {
			err = &air.Unsupported{What: "the address of a thread-local global in data"}
		}
		if err != nil {
			return nil, fmt.Errorf("backend: global @%s: %w", g.Name, err)
		}
		switch {
		case perThread[g.Name]:
			made.Section = threadSection(made.Section)
		case o.PIC && made.Section == link.ROData && len(made.Relocs) > 0:
			made.Section = link.RelRO
		}
		objects = append(objects, made)
	}
	for _, d := range codegen.NameTables(m) {
		section := link.ROData
		if o.PIC {
			section = link.RelRO
		}
		objects = append(objects, dataObject(&d, section))
		objects[len(objects)-1].Local = true
	}
	return objects, nil
}

// threadSection returns the section of a global that is each thread's own.
func threadSection(s link.Section) link.Section {
	if s == link.BSS {
		return link.TBSS
	}
	return link.TData
}

func global(g *air.Global) (link.Object, error) {
	size := g.Type.Size()
	switch {
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
