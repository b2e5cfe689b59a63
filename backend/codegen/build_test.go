package codegen_test

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/emit"
	"github.com/rvfuzz/rvfuzz/backend/legalize"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
	"github.com/rvfuzz/rvfuzz/backend/lower"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// object compiles one function.
func object(g *codegen.Generator, f *air.Func, m *air.Module, o codegen.Options) (link.Object, error) {
	fn, err := generate(g, f, m, o)
	if err != nil {
		return link.Object{}, err
	}
	if err := mir.Verify(fn); err != nil {
		return link.Object{}, err
	}
	code, err := lower.Lower(fn)
	if err != nil {
		return link.Object{}, err
	}
	e, err := emit.Emit(code, emit.Options{})
	if err != nil {
		return link.Object{}, err
	}
	out := link.Object{Name: e.Name, Section: link.Text, Data: e.Code, Align: 4}
	for _, r := range e.Refs {
		kind := link.Call
		if r.Kind == emit.AddressRef {
			out.Relocs = append(out.Relocs, link.Reloc{Offset: r.Offset, Kind: link.PCRelHi20, Symbol: r.Symbol, Addend: r.Addend},
				link.Reloc{Offset: r.Offset + 4, Kind: link.PCRelLo12I, Addend: int64(r.Offset)})
			continue
		}
		out.Relocs = append(out.Relocs, link.Reloc{Offset: r.Offset, Kind: kind, Symbol: r.Symbol, Addend: r.Addend})
	}
	for _, r := range e.Locations {
		loc := link.Loc{Kind: link.LocKind(r.Loc.Kind), Reg: r.Loc.Reg, Bits: r.Loc.Bits, Signed: r.Loc.Signed, Size: r.Loc.Size}
		if r.Loc.Kind == mir.LocMem {
			base, disp, _ := fn.Frame.Resolve(r.Loc.Mem)
			loc.Reg, loc.Disp = base, disp
		}
		out.Locations = append(out.Locations, link.LocationRecord{PC: uint64(r.Offset), Inst: r.Inst, Site: r.Site, Loc: loc})
	}
	return out, nil
}

// generate runs the stages up to Generate and turns a panic into an error.
func generate(g *codegen.Generator, f *air.Func, m *air.Module, o codegen.Options) (fn *mir.Function, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("PANIC %v", p)
		}
	}()
	legal := legalize.Legalize(f, codegen.Keeps(o.Features))
	return g.Generate(legal, m, liveness.Analyze(legal.Func), o)
}

// build compiles and links a module. Functions that are not supported become externs, named in the second result.
func build(m *air.Module, o codegen.Options) (*link.Image, map[string]error, error) {
	g := codegen.NewGenerator()
	failed := map[string]error{}
	var objects []link.Object
	for _, f := range m.Funcs {
		if f.Extern || len(f.Body) == 0 {
			objects = append(objects, stub(f.Name))
			continue
		}
		obj, err := object(g, f, m, o)
		if err != nil {
			failed[f.Name] = err
			obj = stub(f.Name)
		}
		objects = append(objects, obj)
	}
	for _, gl := range m.Globals {
		d, err := codegen.Data(gl)
		if err != nil {
			return nil, nil, err
		}
		section := link.Data
		if gl.Const {
			section = link.ROData
		}
		objects = append(objects, dataObject(d, section))
	}
	for _, d := range codegen.NameTables(m) {
		objects = append(objects, dataObject(d, link.ROData))
	}
	img, err := link.Link(backend.AppendLibrary(objects), link.Options{})
	return img, failed, err
}

// stub is an ebreak in place of a function that was not compiled.
func stub(name string) link.Object {
	return link.Object{Name: name, Section: link.Text, Data: []byte{0x73, 0, 0x10, 0}, Align: 4}
}

func dataObject(d codegen.Datum, s link.Section) link.Object {
	o := link.Object{Name: d.Name, Section: s, Data: d.Bytes, Align: d.Align}
	for _, a := range d.Addresses {
		o.Relocs = append(o.Relocs, link.Reloc{Offset: uint32(a.Offset), Kind: link.Abs64, Symbol: a.Symbol, Addend: a.Addend})
	}
	return o
}

const (
	stackTop  = 0x7000_0000
	stackSize = 1 << 20
)

// load maps an image into a machine and sets its location records.
func load(m *rv64.Machine, img *link.Image) error {
	m.Reset()
	for _, s := range img.Segments {
		var rights rv64.Rights
		if s.Rights&link.Read != 0 {
			rights |= rv64.Read
		}
		if s.Rights&link.Write != 0 {
			rights |= rv64.Write
		}
		if s.Rights&link.Execute != 0 {
			rights |= rv64.Exec
		}
		if err := m.Map(rv64.Region{Name: s.Name, Addr: s.Addr, Size: s.Size, Rights: rights, Data: s.Data, Defined: true}); err != nil {
			return err
		}
	}
	if err := m.Map(rv64.Region{Name: "stack", Addr: stackTop - stackSize, Size: stackSize, Rights: rv64.Read | rv64.Write}); err != nil {
		return err
	}
	for _, p := range img.Panics {
		m.StopAt(p.Addr, p.Name[len(link.PanicPrefix):])
	}
	records := make([]rv64.LocationRecord, 0, len(img.Locations))
	for n, r := range img.Locations {
		if r.Loc.Kind == link.LocNone {
			continue
		}
		loc := rv64.Location{Size: r.Loc.Size, Canonical: r.Loc.Bits > 0, Bits: r.Loc.Bits, Signed: r.Loc.Signed}
		loc.Register = uint8(r.Loc.Reg.Num())
		switch {
		case r.Loc.Kind == link.LocMem:
			loc.Space, loc.Offset = rv64.InMemory, r.Loc.Disp
		case r.Loc.Reg.IsFloat():
			loc.Space = rv64.InFloat
		}
		records = append(records, rv64.LocationRecord{PC: r.PC, ID: n, Loc: loc})
	}
	m.WatchAt(records)
	m.SetX(2, stackTop)
	return nil
}
