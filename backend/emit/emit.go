// Package emit turns the instructions of a function into bytes: it chooses the length of every branch, resolves labels
// and records what link has to fill in.
//
// Emit takes a lower.Code and returns a Function whose only unresolved parts are Refs to symbols. Every label distance
// fits its instruction, because a branch that cannot reach grows:
//
//	beq a0,a1,near      ->  bne a0,a1,8      ->  bne   a0,a1,12
//	                        jal zero,far         auipc t6,hi
//	                                             jalr  zero,lo(t6)
package emit

import (
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/callframe"
	"github.com/rvfuzz/rvfuzz/backend/lower"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Options choose among encodings of the same program.
type Options struct {
	Compress    bool // use the equivalent 16-bit instruction where there is one
	Zcb         bool // among these, those of Zcb
	FarBranches bool // use the middle and the longest forms of branches and jumps in turn, however near their labels are
}

// Function is the code of a function with its references to symbols and its debug information.
type Function struct {
	Name string
	File string
	Code []byte
	Refs []Ref // in ascending order

	Locations []LocationRecord // in ascending order
	Lines     []Line           // in ascending order
	// PrologueEnd is the offset of the first instruction after the prologue, 0 if there is none; EpilogueBegins are the
	// offsets of the first instruction of each epilogue.
	PrologueEnd    uint32
	EpilogueBegins []uint32
	Origins        []Origin           // in ascending order, if they were recorded
	Points         []Point            // in the order of the code, if they were recorded
	Rules          []callframe.Placed // in ascending order

	layout layout // its memory is kept for EmitInto
	slab   []byte // with the code of all functions since Reuse
}

// Origin is where the code comes from that begins at Offset.
type Origin struct {
	Offset uint32
	mir.Origin
}

// Point is a mir.Point with the offset from which it holds.
type Point struct {
	Offset uint32
	mir.Point
}

// RefKind is the instructions at a Ref.
type RefKind uint8

// The kinds of Ref. Each is two or three instructions of four bytes.
const (
	CallRef        RefKind = iota // auipc and jalr
	AddressRef                    // auipc and addi
	TableRef                      // auipc and ld
	ThreadRef                     // lui, add of tp, and addi
	ThreadTableRef                // auipc and ld, before an add of tp
)

// Ref is a place in the code where link puts the address of Symbol + Addend.
type Ref struct {
	Offset uint32
	Kind   RefKind
	Symbol string
	Addend int64
}

// LocationRecord is a mir.LocationRecord with the offset at which it holds.
type LocationRecord struct {
	Offset uint32
	mir.LocationRecord
	// Bypassed reports whether control also reaches the offset by a jump to a label that is bound behind the record,
	// and so not through Inst:
	//
	//	    srli t1, t1, 48   # in one arm of a branch
	//	    location %18 ...  # bypassed: a jump to .L1 has not been through %18
	//	.L1:                  # the end of the block that the branch is in
	//	    location %5 ...   # whatever way control took, %5, the block, has just finished
	Bypassed bool
}

// Line is the source line and column of the code from Offset on.
type Line struct {
	Offset       uint32
	Line, Column uint32
}

// Emit returns the bytes of a function. The error names the instruction that has no encoding, or the label that is not
// bound.
func Emit(c *lower.Code, o Options) (*Function, error) { return EmitInto(nil, c, o) }

// EmitInto is Emit in the memory of a Function that nobody needs any more, except for its Code until Reuse is called, or
// in new memory if that is nil.
func EmitInto(f *Function, c *lower.Code, o Options) (*Function, error) {
	if f == nil {
		f = new(Function)
	}
	l := &f.layout
	l.reset(c, o)
	if err := l.relax(); err != nil {
		return nil, fmt.Errorf("emit: @%s: %w", c.Name, err)
	}
	*f = Function{Name: c.Name, File: c.File, Code: f.room(int(l.size)), slab: f.slab, Refs: f.Refs[:0],
		Locations: slices.Grow(f.Locations[:0], len(c.Locations)), Lines: f.Lines[:0], EpilogueBegins: f.EpilogueBegins[:0],
		Rules: f.Rules[:0], layout: f.layout}
	w := writer{layout: l, out: f}
	for i := range c.Items {
		if err := w.item(i); err != nil {
			return nil, fmt.Errorf("emit: @%s: item %d at %#x: %w", c.Name, i, l.offsets[i], err)
		}
	}
	for _, o := range c.Origins {
		if o.Item < len(c.Items) {
			f.Origins = append(f.Origins, Origin{l.offsets[o.Item], o.Origin})
		}
	}
	for _, p := range c.Points {
		f.Points = append(f.Points, Point{l.at(p.Before), p})
	}
	for _, r := range c.Rules {
		f.Rules = append(f.Rules, callframe.Placed{Offset: l.at(r.Before), Rule: r.Rule})
	}
	l.code, l.items = nil, nil
	return w.out, nil
}

// at returns the offset of an item, or the end of the code.
func (l *layout) at(item int) uint32 {
	if item < len(l.offsets) {
		return l.offsets[item]
	}
	return l.size
}

// slabSize is the size in bytes of the memory for the code of several functions.
const slabSize = 16 << 10

// room returns memory for the code of a function.
func (f *Function) room(size int) []byte {
	if cap(f.slab)-len(f.slab) < size {
		f.slab = make([]byte, 0, max(slabSize, size))
	}
	from := len(f.slab)
	f.slab = f.slab[:from+size]
	return f.slab[from : from : from+size]
}

// Reuse lets the following calls of EmitInto use the memory of the code of all functions before, too.
func (f *Function) Reuse() { f.slab = f.slab[:0] }

// writer appends the code of the items one by one.
type writer struct {
	*layout
	out     *Function
	targets []bool // by label: something jumps there; nil until it is needed
	err     error  // the first of the item
}

func (w *writer) item(i int) error {
	it := &w.items[i]
	at := uint32(len(w.out.Code))
	switch it.Kind {
	case lower.Plain, lower.Whole:
		w.add(it.Inst)
	case lower.Branch:
		w.branch(it, w.forms[i], w.distance(i))
	case lower.Jump:
		w.jump(w.forms[i], w.distance(i))
	case lower.Slot:
		w.jump(w.slotForm(), w.distance(i))
	case lower.TableShift:
		in := it.Inst
		in.Imm = w.slotShift()
		w.add(in)
	case lower.CallPair:
		w.ref(CallRef, it, it.Rs1)
		w.add(it.Inst)
	case lower.AddressPair:
		w.ref(AddressRef, it, it.Rd)
		w.add(isa.Inst{Op: isa.ADDI, Rd: it.Rd, Rs1: it.Rd})
	case lower.LoadPair:
		w.ref(TableRef, it, it.Rd)
		w.add(isa.Inst{Op: isa.LD, Rd: it.Rd, Rs1: it.Rd})
	case lower.ThreadTriple:
		w.note(ThreadRef, it)
		w.add(isa.Inst{Op: isa.LUI, Rd: it.Rd})
		w.add(isa.Inst{Op: isa.ADD, Rd: it.Rd, Rs1: it.Rd, Rs2: isa.TP})
		w.add(isa.Inst{Op: isa.ADDI, Rd: it.Rd, Rs1: it.Rd})
	case lower.LoadTriple:
		w.ref(ThreadTableRef, it, it.Rd)
		w.add(isa.Inst{Op: isa.LD, Rd: it.Rd, Rs1: it.Rd})
		w.add(isa.Inst{Op: isa.ADD, Rd: it.Rd, Rs1: it.Rd, Rs2: isa.TP})
	case lower.Bind:
		w.bypass(at, it.N)
	case lower.LocationPoint:
		w.out.Locations = append(w.out.Locations, LocationRecord{at, w.code.Locations[it.N], false})
	case lower.Line:
		w.line(Line{at, it.N, uint32(it.Imm)})
	case lower.PrologueEnd:
		w.out.PrologueEnd = at
	case lower.EpilogueBegin:
		w.out.EpilogueBegins = append(w.out.EpilogueBegins, at)
	}
	if w.err == nil && at != w.offsets[i] {
		panic("emit: an item is where the layout says")
	}
	return w.err
}

// bypass marks the records at an offset as bypassed if a jump goes to the label that is bound there after them.
func (w *writer) bypass(at, label uint32) {
	n := len(w.out.Locations)
	if n == 0 || w.out.Locations[n-1].Offset != at || !w.jumpsTo(label) {
		return
	}
	for i := n - 1; i >= 0 && w.out.Locations[i].Offset == at; i-- {
		w.out.Locations[i].Bypassed = true
	}
}

// jumpsTo reports whether a branch, jump or slot goes to a label.
func (w *writer) jumpsTo(label uint32) bool {
	if w.targets == nil {
		w.targets = make([]bool, w.code.Labels)
		for _, i := range w.jumps {
			w.targets[w.items[i].N] = true
		}
	}
	return w.targets[label]
}

func (w *writer) add(in isa.Inst) {
	var err error
	w.out.Code, err = isa.Append(w.out.Code, in)
	if w.err == nil {
		w.err = err
	}
}

// note records a reference here.
func (w *writer) note(kind RefKind, it *lower.Item) {
	ref := Ref{Offset: uint32(len(w.out.Code)), Kind: kind, Symbol: it.Symbol}
	if kind == AddressRef || kind == ThreadRef {
		ref.Addend = it.Imm
	}
	w.out.Refs = append(w.out.Refs, ref)
}

// ref appends the auipc of a reference.
func (w *writer) ref(kind RefKind, it *lower.Item, scratch isa.Reg) {
	w.note(kind, it)
	w.add(isa.Inst{Op: isa.AUIPC, Rd: scratch})
}

// line records a line; of two at one offset the later counts.
func (w *writer) line(l Line) {
	if n := len(w.out.Lines); n > 0 && w.out.Lines[n-1].Offset == l.Offset {
		w.out.Lines[n-1] = l
		return
	}
	w.out.Lines = append(w.out.Lines, l)
}

func (w *writer) branch(it *lower.Item, f form, distance int64) {
	in := it.Inst
	switch f {
	case short:
		in, _ = shortBranch(it)
		in.Imm = distance
		w.add(in)
	case near:
		in.Imm = distance
		w.add(in)
	case middle:
		w.add(inverted(in, 8))
		w.jump(near, distance-4)
	case far:
		w.add(inverted(in, 12))
		w.jump(far, distance-4)
	}
}

func (w *writer) jump(f form, distance int64) {
	switch f {
	case short:
		w.add(isa.Inst{Op: isa.C_J, Imm: distance})
	case near:
		w.add(isa.Inst{Op: isa.JAL, Imm: distance})
	default:
		hi, lo, _ := isa.HiLo(distance)
		w.add(isa.Inst{Op: isa.AUIPC, Rd: isa.T6, Imm: hi & 0xfffff})
		w.add(isa.Inst{Op: isa.JALR, Rs1: isa.T6, Imm: lo})
	}
}

// inverted returns the opposite branch of in, to skip bytes on.
func inverted(in isa.Inst, skip int64) isa.Inst {
	op := in.Op.Inverse()
	if op == 0 {
		panic("emit: the item of a branch is one of the six conditional branches")
	}
	in.Op, in.Imm = op, skip
	return in
}
