package ir

import (
	"fmt"
	"strings"
)

// Scalarize replaces vectors by their lanes: a parameter becomes one for each lane, a result goes through memory that the
// caller passes the address of, and everything else is done lane by lane.
func Scalarize(m *Module) error {
	for _, f := range m.Funcs {
		params := make([]Operand, 0, len(f.Params))
		if f.Result.Lanes > 0 {
			params = append(params, Operand{Type: Address, Name: vectorResult})
		}
		for _, p := range f.Params {
			params = append(params, lanesOf(p)...)
		}
		f.Params = params
	}
	err := rewrite(m, scalarize)
	for _, f := range m.Funcs {
		if f.Result.Lanes > 0 {
			f.Result = Type{Kind: Void}
		}
	}
	return err
}

// vectorResult is the name of the parameter that points to where a vector is returned.
const vectorResult = "vret"

// lanesOf returns the lanes of an operand, a scalar as its only one.
func lanesOf(o Operand) []Operand {
	if o.Type.Lanes == 0 {
		return []Operand{o}
	}
	lanes := make([]Operand, o.Type.Lanes)
	for i := range lanes {
		lanes[i] = Operand{Type: o.Type.Lane()}
		switch {
		case o.Name != "":
			lanes[i].Name = laneName(o.Name, i)
		case o.Lanes != nil:
			lanes[i] = o.Lanes[i]
		}
	}
	return lanes
}

func laneName(name string, lane int) string { return fmt.Sprintf("%s.l%d", name, lane) }

// maxChosen bounds the lanes of which one is chosen by an index that is no constant.
const maxChosen = 64

func scalarize(b *builder, in Inst) {
	lanes := in.Type.Lanes
	for _, o := range in.Args {
		lanes = max(lanes, o.Type.Lanes)
	}
	if lanes == 0 {
		b.add(in)
		return
	}
	switch in.Op {
	case "call":
		b.scalarCall(in)
	case "ret":
		b.storeLanes(in.Args[0], Operand{Type: Address, Name: vectorResult})
		b.add(Inst{Op: "ret", Type: Type{Kind: Void}})
	case "load", "store":
		b.scalarAccess(in)
	case "bitcast":
		b.scalarBitcast(in)
	case "insertelement":
		b.insert(in)
	case "extractelement":
		b.extract(in)
	case "shufflevector":
		all := append(lanesOf(in.Args[0]), lanesOf(in.Args[1])...)
		for i, from := range lanesOf(in.Args[2]) {
			b.is(laneName(in.Result, i), all[from.Value().Int64()])
		}
	default:
		if operation, ok := strings.CutPrefix(in.Op, "llvm.vector.reduce."); ok {
			b.fold(operation, in)
			return
		}
		b.lanewise(in, lanes)
	}
}

// lanewise repeats an instruction on every lane.
func (b *builder) lanewise(in Inst, lanes int) {
	for i := range lanes {
		one := in
		one.Type = in.Type.Lane()
		one.Result = laneName(in.Result, i)
		if in.Overflow != "" {
			one.Overflow = laneName(in.Overflow, i)
		}
		one.Args = make([]Operand, len(in.Args))
		for k, o := range in.Args {
			one.Args[k] = o
			if o.Type.Lanes > 0 {
				one.Args[k] = lanesOf(o)[i]
			}
		}
		b.add(one)
	}
}

// fold folds the lanes of the last operand, from the one before or else the first on.
func (b *builder) fold(operation string, in Inst) {
	lanes := lanesOf(in.Args[len(in.Args)-1])
	result, rest := lanes[0], lanes[1:]
	if len(in.Args) == 2 {
		result, rest = in.Args[0], lanes
	}
	if strings.HasSuffix(operation, "min") || strings.HasSuffix(operation, "max") {
		operation = "llvm." + operation
	}
	for _, lane := range rest {
		result = b.op(operation, in.Type, result, lane)
	}
	b.is(in.Result, result)
}

func (b *builder) insert(in Inst) {
	index := in.Args[2]
	for i, old := range lanesOf(in.Args[0]) {
		lane := old
		switch {
		case index.IsConstant() && index.Value().Int64() == int64(i):
			lane = in.Args[1]
		case !index.IsConstant() && in.Type.Lanes > maxChosen:
			b.fail("an index into %s", in.Type)
		case !index.IsConstant():
			lane = b.choose(b.compare("eq", index, constant(index, int64(i))), in.Args[1], old)
		}
		b.is(laneName(in.Result, i), lane)
	}
}

func (b *builder) extract(in Inst) {
	lanes, index := lanesOf(in.Args[0]), in.Args[1]
	if index.IsConstant() {
		b.is(in.Result, lanes[index.Value().Int64()])
		return
	}
	if len(lanes) > maxChosen {
		b.fail("an index into %s", in.Args[0].Type)
	}
	result := lanes[0]
	for i, lane := range lanes[1:] {
		result = b.choose(b.compare("eq", index, constant(index, int64(i+1))), lane, result)
	}
	b.is(in.Result, result)
}

// scalarAccess loads or stores lanes that lie at bytes of their own.
func (b *builder) scalarAccess(in Inst) {
	vector := Operand{Type: in.Type, Name: in.Result}
	if in.Op == "store" {
		vector = in.Args[0]
	}
	p := in.Args[len(in.Args)-1]
	size := in.Type.Bits / 8
	for i, lane := range lanesOf(vector) {
		one := in
		one.Type, one.Align = lane.Type, alignAt(in.Align, i*size)
		at := b.offset(p, i*size)
		if in.Op == "store" {
			one.Args = []Operand{lane, at}
		} else {
			one.Args, one.Result = []Operand{at}, lane.Name
		}
		b.add(one)
	}
}

// scalarBitcast converts between a vector and the integer that its lanes make, or between vectors of as many lanes.
func (b *builder) scalarBitcast(in Inst) {
	from := in.Args[0]
	if from.Type.Lanes == in.Type.Lanes {
		b.lanewise(in, in.Type.Lanes)
		return
	}
	if from.Type.Lanes > 0 && in.Type.Lanes > 0 {
		b.fail("a bitcast of %s to %s", from.Type, in.Type)
		return
	}
	if from.Type.Lanes == 0 {
		whole := b.integerOf(from)
		for i, lane := range lanesOf(Operand{Type: in.Type, Name: in.Result}) {
			part := b.resize("zext", b.shifted("lshr", whole, i*in.Type.Bits), Int(in.Type.Bits))
			if lane.Type.Kind != Integer {
				part = b.op("bitcast", lane.Type, part)
			}
			b.is(lane.Name, part)
		}
		return
	}
	t := Int(from.Type.Bits * from.Type.Lanes)
	whole := Number(t, 0)
	for i, lane := range lanesOf(from) {
		part := b.shifted("shl", b.resize("zext", b.integerOf(lane), t), i*lane.Type.Bits)
		whole = b.op("or", t, whole, part)
	}
	if in.Type.Kind != Integer {
		whole = b.op("bitcast", in.Type, whole)
	}
	b.is(in.Result, whole)
}

// integerOf returns the bits of a scalar.
func (b *builder) integerOf(x Operand) Operand {
	if x.Type.Kind == Integer {
		return x
	}
	return b.op("bitcast", Int(x.Type.Bits), x)
}

func (b *builder) shifted(op string, x Operand, n int) Operand {
	if n == 0 {
		return x
	}
	return b.by(op, x, int64(n))
}

// scalarCall passes vectors lane by lane.
func (b *builder) scalarCall(in Inst) {
	one := in
	one.Args = nil
	if in.Callee == "" {
		one.Args = append(one.Args, in.Args[0])
		in.Args = in.Args[1:]
	}
	var place Operand
	if in.Type.Lanes > 0 {
		size := laneSize(in.Type)
		place = b.alloca(size*in.Type.Lanes, min(size, 16))
		one.Args = append(one.Args, place)
		one.Result, one.Type = "", Type{Kind: Void}
	}
	for i, o := range in.Args {
		if i == in.Named {
			one.Named = len(one.Args)
		}
		one.Args = append(one.Args, lanesOf(o)...)
	}
	b.add(one)
	if in.Type.Lanes > 0 {
		b.loadLanes(Operand{Type: in.Type, Name: in.Result}, place)
	}
}

// laneSize returns the bytes of a lane that is returned: a power of two.
func laneSize(t Type) int {
	size := 1
	for size*8 < t.Bits {
		size *= 2
	}
	return size
}

// storeLanes and loadLanes move a vector to and from where it is returned.
func (b *builder) storeLanes(vector, p Operand) {
	size := laneSize(vector.Type)
	for i, lane := range lanesOf(vector) {
		if lane.Type.Kind == Integer {
			lane = b.resize("zext", lane, Int(size*8))
		}
		b.add(Inst{Op: "store", Type: lane.Type, Align: min(size, 16), Args: []Operand{lane, b.offset(p, i*size)}})
	}
}

func (b *builder) loadLanes(vector, p Operand) {
	size := laneSize(vector.Type)
	for i, lane := range lanesOf(vector) {
		t := lane.Type
		if t.Kind == Integer {
			t = Int(size * 8)
		}
		in := Inst{Op: "load", Result: b.name(), Type: t, Align: min(size, 16), Args: []Operand{b.offset(p, i*size)}}
		b.add(in)
		b.is(lane.Name, b.resize("zext", Operand{Type: t, Name: in.Result}, lane.Type))
	}
}
