package zigair

import (
	"encoding/json"
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// convertFunctions converts every function body and returns Zig's deaths of their values.
func (im *importer) convertFunctions() []*Deaths {
	var all []*Deaths
	for i := range im.fns {
		r := &fnRecord{line: im.fns[i].line}
		if err := json.Unmarshal(im.fns[i].text, r); err != nil {
			panic(im.fail(r.line, "%w", err))
		}
		im.fns[i].text = nil
		b := bodyImporter{importer: im, record: r, consts: map[int]air.Ref{}, insts: map[uint32]air.Index{}}
		b.convert()
		im.module.Funcs = append(im.module.Funcs, b.f)
		all = append(all, b.deaths)
	}
	return all
}

// bodyImporter converts one function.
type bodyImporter struct {
	*importer
	record *fnRecord
	f      *air.Func
	deaths *Deaths
	// current is the body under construction.
	current air.Body
	consts  map[int]air.Ref      // by id
	insts   map[uint32]air.Index // by Zig's number
}

// fail returns the mistake of an instruction of the dump.
func (b *bodyImporter) fail(r *instRecord, format string, args ...any) mistake {
	return b.importer.fail(b.record.line, "func @%s, %%%d: %s: %w", b.f.Name, r.I, r.Tag, fmt.Errorf(format, args...))
}

func (b *bodyImporter) convert() {
	symbol := b.symbol(b.record.Decl, b.record.line)
	t := b.typ(b.record.Type, b.record.line)
	if t.Kind != air.Fn {
		panic(b.importer.fail(b.record.line, "function %s is of type %s", symbol, t))
	}
	if b.record.StackAlign != nil {
		panic(b.importer.fail(b.record.line, "function %s aligns its stack, which is not supported", symbol))
	}
	b.f = &air.Func{Name: symbol, Type: t, File: b.record.File, Line: b.record.Line + 1}
	if d := b.dump.decls[b.record.Decl]; d != nil && d.Align != nil {
		b.f.Align = *d.Align
	}
	b.deaths = &Deaths{Func: b.f}
	b.f.Body = b.body(b.record.Body)
}

// body converts a sequence of instructions.
func (b *bodyImporter) body(records []instRecord) air.Body {
	outer := b.current
	defer func() { b.current = outer }()
	b.current = make(air.Body, 0, len(records))
	for i := range records {
		r := &records[i]
		if dropped[r.Tag] {
			continue
		}
		b.inst(r)
	}
	return b.current
}

// dropped are the tags that bracket instructions without containing them.
var dropped = map[string]bool{
	"dbg_block_begin": true, "dbg_block_end": true, "dbg_inline_begin": true, "dbg_inline_end": true,
}

// renamed are the tags that have another name here.
var renamed = map[string]air.Tag{"fabs": air.Abs}

// inst converts one instruction and its bodies. The instruction is numbered before its bodies.
func (b *bodyImporter) inst(r *instRecord) {
	tag, ok := renamed[r.Tag]
	if !ok {
		if tag, ok = air.TagByName(r.Tag); !ok {
			panic(b.fail(r, "the tag is unknown"))
		}
	}
	t := b.typ(r.Type, b.record.line)
	if _, twice := b.insts[r.I]; twice {
		panic(b.fail(r, "the number is given twice"))
	}
	in := air.Inst{Tag: tag, Type: t}
	dies := b.operands(r, &in)
	b.details(r, &in)
	b.agree(r, &in, dies)
	index := b.add(in)
	b.current = append(b.current, index)
	b.insts[r.I] = index
	b.deaths.set(index, r.Unused != 0, dies)
	b.bodies(r, index)
}

func (b *bodyImporter) add(in air.Inst) air.Index {
	b.f.Insts = append(b.f.Insts, in)
	b.deaths.grow()
	return air.Index(len(b.f.Insts) - 1)
}

// operands collects the operands in the order of the text form: those of the record; a callee and its arguments; an
// assembly's outputs and inputs.
func (b *bodyImporter) operands(r *instRecord, in *air.Inst) (dies []bool) {
	add := func(op *opRecord) {
		in.Ops = append(in.Ops, b.ref(r, op))
		dies = append(dies, op.D != 0)
	}
	if r.Callee != nil {
		add(r.Callee)
	}
	for _, ops := range [][]opRecord{r.Ops, r.Args} {
		for i := range ops {
			add(&ops[i])
		}
	}
	for _, operands := range [][]asmRecord{r.Outputs, r.Inputs} {
		for i := range operands {
			if op := operands[i].Op; op != nil {
				add(op)
			}
		}
	}
	if want := in.Tag.Row().Ops; want >= 0 && int(want) != len(in.Ops) {
		panic(b.fail(r, "%d operands, want %d", len(in.Ops), want))
	}
	return dies
}

func (b *bodyImporter) ref(r *instRecord, op *opRecord) air.Ref {
	switch {
	case op.I != nil:
		index, ok := b.insts[*op.I]
		if !ok {
			panic(b.fail(r, "operand %%%d is not defined before", *op.I))
		}
		return air.InstRef(index)
	case op.C != nil:
		return b.constRef(*op.C)
	}
	panic(b.fail(r, "an operand is null"))
}

func (b *bodyImporter) constRef(id int) air.Ref {
	if ref, ok := b.consts[id]; ok {
		return ref
	}
	ref := b.f.AddConst(b.value(id, b.record.line))
	b.consts[id] = ref
	return ref
}

// bodies converts the nested bodies of an instruction and the deaths on entering them.
func (b *bodyImporter) bodies(r *instRecord, index air.Index) {
	var nested [][]instRecord
	var deaths [][]uint32
	switch b.f.Insts[index].Tag {
	case air.Block:
		nested, deaths = [][]instRecord{r.Body}, [][]uint32{r.Deaths}
	case air.Loop:
		nested = [][]instRecord{r.Body}
	case air.Try, air.TryPtr, air.TryCold, air.TryPtrCold:
		nested, deaths = [][]instRecord{r.Body}, [][]uint32{r.ElseDeaths, r.ThenDeaths}
	case air.CondBr:
		nested, deaths = [][]instRecord{r.Then, r.Else}, [][]uint32{r.ThenDeaths, r.ElseDeaths}
	case air.SwitchBr:
		for i := range r.Cases {
			nested, deaths = append(nested, r.Cases[i].Body), append(deaths, r.Cases[i].Deaths)
		}
		nested, deaths = append(nested, r.Else), append(deaths, r.ElseDeaths)
	default:
		return
	}
	bodies := make([]air.Body, len(nested))
	for i, records := range nested {
		bodies[i] = b.terminate(b.body(records), index)
	}
	b.f.Insts[index].Bodies = bodies
	b.armDeaths(r, index, deaths)
}

// terminate ends a body that has no terminator: that of a loop repeats it; an absent one (the else body of a switch) is
// never reached.
func (b *bodyImporter) terminate(body air.Body, owner air.Index) air.Body {
	isLoop := b.f.Insts[owner].Tag == air.Loop
	if n := len(body); n > 0 && (!isLoop || b.f.Insts[body[n-1]].Type.Kind == air.NoReturn) {
		return body
	}
	end := air.Inst{Tag: air.Unreach, Type: air.NoReturnType}
	if isLoop {
		end = air.Inst{Tag: air.Repeat, Type: air.NoReturnType, N: uint32(owner)}
	}
	index := b.add(end)
	b.deaths.set(index, true, nil)
	return append(body, index)
}

// armDeaths records the lists of deaths of an instruction.
func (b *bodyImporter) armDeaths(r *instRecord, index air.Index, lists [][]uint32) {
	for _, list := range lists {
		dead := make([]air.Index, len(list))
		for k, number := range list {
			def, ok := b.insts[number]
			if !ok {
				panic(b.fail(r, "%%%d, which dies in it, is not defined", number))
			}
			dead[k] = def
		}
		b.deaths.addList(index, dead)
	}
}
