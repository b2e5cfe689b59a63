// Package debug describes compiled functions to debuggers in DWARF 5: lines, functions, variables and their types, and
// how to unwind the frames.
//
// Describe takes what the stages of the compiler say about one function; Sections takes these descriptions of a module
// and all its objects, and returns the debug sections as further objects for package link:
//
//	.debug_abbrev    the shapes of the entries
//	.debug_info      one unit: functions, scopes, variables, types
//	.debug_line      the rows of the line table, one sequence per function
//	.debug_loclists  places of variables that change
//	.debug_rnglists  the code of the unit
//	.eh_frame        where the caller's registers are
package debug

import (
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/callframe"
	"github.com/rvfuzz/rvfuzz/backend/emit"
	"github.com/rvfuzz/rvfuzz/backend/link"

	"github.com/rvfuzz/rvfuzz/backend/mir"
)

// Function is the description of one function. All offsets are from its start.
type Function struct {
	symbol string
	file   string
	line   uint32
	typ    *air.Type
	size   uint32
	// bodyEnd is where the common epilogue begins, stubs where the calls of panic routines begin that follow it.
	bodyEnd, stubs uint32
	params         []variable
	scope
}

// scope is a part of the code with variables of its own: a function, a body in it, or an inlined call.
type scope struct {
	low, high uint32
	inlined   string // the function that was inlined here, or ""
	callLine  uint32 // of that call, 0 if unknown
	variables []*variable
	scopes    []*scope
}

// variable is a variable or parameter with the places where it is.
type variable struct {
	name      string
	typ       *air.Type
	parameter bool
	pointee   bool       // the places are those of its address
	operand   air.Ref    // what it shows
	places    []location // ascending, without overlap
	open      bool       // the last of them has no end yet
	closed    bool       // its scope has ended
	lasts     bool       // its scope is the whole function
}

// location is the place of a value in a part of the code.
type location struct {
	low, high uint32
	loc       mir.Loc
}

// Describe returns the description of a function from its legal form and its code.
func Describe(fn *air.Func, code *emit.Function) *Function {
	d := describer{fn: fn, code: code, byInst: map[uint32]*variable{}, callLines: map[uint32]uint32{}}
	d.findCalls(fn.Body, fn.Line)
	f := &Function{symbol: fn.Name, file: fn.File, line: fn.Line, typ: fn.Type, size: uint32(len(code.Code))}
	f.high = f.size
	f.params = make([]variable, len(fn.Type.Params))
	for n, t := range fn.Type.Params {
		f.params[n] = variable{typ: t, parameter: true}
	}
	d.root, d.open = f, []*scope{&f.scope}
	for i := range code.Points {
		d.point(&code.Points[i])
	}
	f.scope.cut(d.calls)
	f.finish(code.Rules)
	f.nameParams(fn)
	return f
}

// describer is the state of Describe.
type describer struct {
	fn     *air.Func
	code   *emit.Function
	root   *Function
	open   []*scope // innermost last
	byInst map[uint32]*variable
	// callLines are the lines of inlined calls, by the instruction.
	callLines map[uint32]uint32
	calls     []uint32 // where calls are made, in ascending order
}

func (d *describer) point(p *emit.Point) {
	switch p.Kind {
	case mir.ScopeBegin:
		s := &scope{low: p.Offset}
		if in := &d.fn.Insts[p.Inst]; in.Tag == air.DbgInlineBlock {
			s.inlined, s.callLine = in.Extra.(*air.DebugExtra).Name, d.callLines[p.Inst]
		}
		outer := d.open[len(d.open)-1]
		outer.scopes = append(outer.scopes, s)
		d.open = append(d.open, s)
	case mir.ScopeEnd:
		d.close(p.Offset)
	case mir.CallPoint:
		d.calls = append(d.calls, p.Offset)
	case mir.VariablePoint:
		d.variable(p.Inst).move(p.Offset, p.Loc)
	}
}

// findCalls finds the line of each inlined call in a body that begins in a line.
func (d *describer) findCalls(body air.Body, line uint32) {
	for _, i := range body {
		in := &d.fn.Insts[i]
		switch in.Tag {
		case air.DbgStmt:
			line = in.N
		case air.DbgInlineBlock:
			d.callLines[uint32(i)] = line
		}
		for _, inner := range in.Bodies {
			d.findCalls(inner, line)
		}
	}
}

// close ends the innermost scope and all that its variables show.
func (d *describer) close(offset uint32) {
	s := d.open[len(d.open)-1]
	d.open = d.open[:len(d.open)-1]
	if len(d.open) == 0 {
		d.root.bodyEnd = offset
	} else {
		s.high = offset
	}
	for _, v := range s.variables {
		v.close(offset, d.root.size)
	}
}

// cut ends places in registers that calls change at the first call.
func (s *scope) cut(calls []uint32) {
	for _, v := range s.variables {
		for i := range v.places {
			p := &v.places[i]
			n, _ := slices.BinarySearch(calls, p.low)
			if (p.loc.Kind == mir.LocReg || p.loc.Kind == mir.LocVariable) && !abi.CalleeSaved.Has(p.loc.Reg) && n < len(calls) {
				p.high = min(p.high, calls[n])
			}
		}
	}
	for _, inner := range s.scopes {
		inner.cut(calls)
	}
}

// finish ends the places of all variables where the frame is being undone: by then they hold no more.
func (f *Function) finish(rules []callframe.Placed) {
	f.stubs = f.bodyEnd
	var undone []location
	for _, r := range rules {
		switch r.Kind {
		case callframe.Remember:
			undone = append(undone, location{low: r.Offset, high: f.size})
		case callframe.Recall:
			undone[len(undone)-1].high = r.Offset
			f.stubs = max(f.stubs, r.Offset)
		}
	}
	f.scope.exclude(undone)
}

func (s *scope) exclude(parts []location) {
	for _, v := range s.variables {
		for _, p := range parts {
			v.exclude(p.low, p.high)
		}
	}
	for _, inner := range s.scopes {
		inner.exclude(parts)
	}
}

// exclude removes a part of the code from the places of a variable.
func (v *variable) exclude(low, high uint32) {
	var out []location
	for _, p := range v.places {
		if before := (location{p.low, min(p.high, low), p.loc}); before.low < before.high {
			out = append(out, before)
		}
		if after := (location{max(p.low, high), p.high, p.loc}); after.low < after.high {
			out = append(out, after)
		}
	}
	v.places = out
}

// variable returns the variable that an instruction names; at its first mention it belongs to the innermost scope.
func (d *describer) variable(inst uint32) *variable {
	if v := d.byInst[inst]; v != nil {
		return v
	}
	in := &d.fn.Insts[inst]
	s := d.open[len(d.open)-1]
	v := &variable{operand: air.NoRef}
	if in.Tag == air.Arg {
		v, s = &d.root.params[in.N], &d.root.scope
		v.operand = air.InstRef(air.Index(inst))
	} else {
		v.operand, v.name = in.Ops[0], in.Extra.(*air.DebugExtra).Name
		v.typ, v.parameter, v.pointee = d.fn.TypeOf(in.Ops[0]), in.Tag == air.DbgArgInline, in.Tag == air.DbgVarPtr
		if v.pointee {
			v.typ = v.typ.Elem
		}
	}
	v.lasts = s == &d.root.scope
	s.variables = append(s.variables, v)
	d.byInst[inst] = v
	return v
}

// move ends the last place of a variable at an offset, and begins another one unless that is nowhere.
func (v *variable) move(offset uint32, loc mir.Loc) {
	if v.closed {
		return
	}
	if n := len(v.places); v.open {
		v.open = false
		if v.places[n-1].high = offset; v.places[n-1].low == offset {
			v.places = v.places[:n-1]
		}
	}
	if loc.Kind != mir.LocNone {
		v.places, v.open = append(v.places, location{low: offset, loc: loc}), true
	}
}

// close ends the last place of a variable at the end of its scope. Memory of an alloc is what it is up to the end of the
// function, in the calls of panic routines too, if the scope is the whole function.
func (v *variable) close(offset, size uint32) {
	if v.open && v.lasts && v.places[len(v.places)-1].loc.Kind == mir.LocAddress {
		offset = size
	}
	v.move(offset, mir.Loc{})
	v.closed = true
}

// nameParams gives the parameters the names of the variables of the function that show them, which are then no longer
// variables, and moves the parameters out of the variables.
func (f *Function) nameParams(fn *air.Func) {
	var others []*variable
	for _, v := range f.variables {
		i, ok := v.operand.Inst()
		switch {
		case ok && v.name == "":
		case ok && !v.pointee && fn.Insts[i].Tag == air.Arg && f.params[fn.Insts[i].N].name == "":
			f.params[fn.Insts[i].N].name = v.name
		default:
			others = append(others, v)
		}
	}
	f.variables = others
}

// Sections returns the debug sections of a module. The objects are those of the module and of the libraries that it
// needs; the functions are the described ones among them.
func Sections(m *air.Module, objects []link.Object, functions []*Function) []link.Object {
	u := newUnit(functions)
	u.write(m)
	line := section{name: lineName}
	writeLines(&line, u.files, objects, functions)
	frame := section{name: frameName}
	writeFrames(&frame, objects)
	abbrev := section{name: abbrevName}
	u.writeAbbreviations(&abbrev)
	out := []link.Object{abbrev.object(), u.info.object(), line.object()}
	for _, s := range []*section{&u.locations, &u.ranges} {
		if len(s.data) > 0 {
			out = append(out, s.object())
		}
	}
	if len(frame.data) > 0 {
		out = append(out, link.Object{Name: frame.name, Section: link.Unwind, Data: frame.data, Relocs: frame.relocs})
	}
	return out
}
