package zigair

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// convertFunctions converts every function body and returns Zig's deaths of their values.
func (im *importer) convertFunctions() ([]*Deaths, error) {
	var all []*Deaths
	for _, r := range im.fns {
		b := bodyImporter{importer: im, record: r, consts: map[int]air.Ref{}, insts: map[uint32]air.Index{}}
		if err := b.convert(); err != nil {
			return nil, err
		}
		im.module.Funcs = append(im.module.Funcs, b.f)
		all = append(all, b.deaths)
	}
	return all, nil
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

// fail returns an error at an instruction of the dump.
func (b *bodyImporter) fail(r *instRecord, format string, args ...any) error {
	return b.importer.fail(b.record.line, "func @%s, %%%d: %s: %w", b.f.Name, r.I, r.Tag, fmt.Errorf(format, args...))
}

func (b *bodyImporter) convert() error {
	symbol, err := b.symbol(b.record.Decl, b.record.line)
	if err != nil {
		return err
	}
	t, err := b.typ(b.record.Type, b.record.line)
	if err != nil {
		return err
	}
	if t.Kind != air.Fn {
		return b.importer.fail(b.record.line, "function %s is of type %s", symbol, t)
	}
	if b.record.StackAlign != nil {
		return b.importer.fail(b.record.line, "function %s aligns its stack, which is not supported", symbol)
	}
	b.f = &air.Func{Name: symbol, Type: t, File: b.record.File, Line: b.record.Line + 1}
	if d := b.dump.decls[b.record.Decl]; d != nil && d.Align != nil {
		b.f.Align = *d.Align
	}
	b.deaths = &Deaths{Func: b.f}
	b.f.Body, err = b.body(b.record.Body)
	return err
}

// body converts a sequence of instructions.
func (b *bodyImporter) body(records []instRecord) (air.Body, error) {
	outer := b.current
	defer func() { b.current = outer }()
	b.current = make(air.Body, 0, len(records))
	for i := range records {
		r := &records[i]
		if dropped[r.Tag] {
			continue
		}
		if err := b.inst(r); err != nil {
			return nil, err
		}
	}
	return b.current, nil
}

// dropped are the tags that bracket instructions without containing them.
var dropped = map[string]bool{
	"dbg_block_begin": true, "dbg_block_end": true, "dbg_inline_begin": true, "dbg_inline_end": true,
}

// renamed are the tags that have another name here.
var renamed = map[string]air.Tag{"fabs": air.Abs}

// inst converts one instruction and its bodies. The instruction is numbered before its bodies.
func (b *bodyImporter) inst(r *instRecord) error {
	tag, ok := renamed[r.Tag]
	if !ok {
		if tag, ok = air.TagByName(r.Tag); !ok {
			return b.fail(r, "the tag is unknown")
		}
	}
	t, err := b.typ(r.Type, b.record.line)
	if err != nil {
		return err
	}
	if _, twice := b.insts[r.I]; twice {
		return b.fail(r, "the number is given twice")
	}
	in := air.Inst{Tag: tag, Type: t}
	dies, err := b.operands(r, &in)
	if err != nil {
		return err
	}
	if err := b.details(r, &in); err != nil {
		return err
	}
	b.agree(r, &in, dies)
	index := b.add(in)
	b.current = append(b.current, index)
	b.insts[r.I] = index
	b.deaths.set(index, r.Unused != 0, dies)
	return b.bodies(r, index)
}

func (b *bodyImporter) add(in air.Inst) air.Index {
	b.f.Insts = append(b.f.Insts, in)
	b.deaths.grow()
	return air.Index(len(b.f.Insts) - 1)
}

// operands collects the operands in the order of the text form: those of the record; a callee and its arguments; an
// assembly's outputs and inputs.
func (b *bodyImporter) operands(r *instRecord, in *air.Inst) (dies []bool, err error) {
	add := func(op *opRecord) error {
		ref, err := b.ref(r, op)
		if err == nil {
			in.Ops = append(in.Ops, ref)
			dies = append(dies, op.D != 0)
		}
		return err
	}
	if r.Callee != nil {
		if err := add(r.Callee); err != nil {
			return nil, err
		}
	}
	for _, ops := range [][]opRecord{r.Ops, r.Args} {
		for i := range ops {
			if err := add(&ops[i]); err != nil {
				return nil, err
			}
		}
	}
	for _, operands := range [][]asmRecord{r.Outputs, r.Inputs} {
		for i := range operands {
			if op := operands[i].Op; op != nil {
				if err := add(op); err != nil {
					return nil, err
				}
			}
		}
	}
	if want := in.Tag.Row().Ops; want >= 0 && int(want) != len(in.Ops) {
		return nil, b.fail(r, "%d operands, want %d", len(in.Ops), want)
	}
	return dies, nil
}

func (b *bodyImporter) ref(r *instRecord, op *opRecord) (air.Ref, error) {
	switch {
	case op.I != nil:
		index, ok := b.insts[*op.I]
		if !ok {
			return 0, b.fail(r, "operand %%%d is not defined before", *op.I)
		}
		return air.InstRef(index), nil
	case op.C != nil:
		return b.constRef(*op.C)
	}
	return 0, b.fail(r, "an operand is null")
}

func (b *bodyImporter) constRef(id int) (air.Ref, error) {
	if ref, ok := b.consts[id]; ok {
		return ref, nil
	}
	v, err := b.value(id, b.record.line)
	if err != nil {
		return 0, err
	}
	ref := b.f.AddConst(v)
	b.consts[id] = ref
	return ref, nil
}

// bodies converts the nested bodies of an instruction and the deaths on entering them.
func (b *bodyImporter) bodies(r *instRecord, index air.Index) error {
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
		nested, deaths = [][]instRecord{r.Then, r.elseBody()}, [][]uint32{r.ThenDeaths, r.ElseDeaths}
	case air.SwitchBr:
		for i := range r.Cases {
			nested, deaths = append(nested, r.Cases[i].Body), append(deaths, r.Cases[i].Deaths)
		}
		nested, deaths = append(nested, r.elseBody()), append(deaths, r.ElseDeaths)
	default:
		return nil
	}
	bodies := make([]air.Body, len(nested))
	for i, records := range nested {
		body, err := b.body(records)
		if err != nil {
			return err
		}
		bodies[i] = b.terminate(body, index)
	}
	b.f.Insts[index].Bodies = bodies
	return b.armDeaths(r, index, deaths)
}

func (r *instRecord) elseBody() []instRecord {
	if r.Else == nil {
		return nil
	}
	return *r.Else
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
func (b *bodyImporter) armDeaths(r *instRecord, index air.Index, lists [][]uint32) error {
	for _, list := range lists {
		dead := make([]air.Index, len(list))
		for k, number := range list {
			def, ok := b.insts[number]
			if !ok {
				return b.fail(r, "%%%d, which dies in it, is not defined", number)
			}
			dead[k] = def
		}
		b.deaths.addList(index, dead)
	}
	return nil
}
