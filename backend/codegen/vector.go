package codegen

import (
	"math/bits"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// The vector registers are scratch of one operation: values are in memory before and after it. Calls preserve none of
// them, nor vl and vtype, which every operation sets; vstart is 0 on entry to a function and after each instruction
// (psABI, "Vector Register Convention"). Groups of up to eight registers begin at these; v0 is the mask.
var (
	firstLanes  = isa.V(8) // the first operand, and the result
	secondLanes = isa.V(16)
	thirdLanes  = isa.V(24)
)

// maskLanes is the register of masks.
const maskLanes = isa.V0

// minVLEN is the least number of bytes in a vector register of a target with V.
const minVLEN = 16

// stream is a vector that a strip of an operation loads from memory or stores there: its lanes, or the bits of a mask.
type stream struct {
	place   place
	reg     isa.Reg
	mask    bool
	store   bool
	pointer isa.Reg // in a loop, to the next strip
}

// vectorStrips describes the loop of an operation.
type vectorStrips struct {
	n     int64 // lanes
	shift int64 // the binary logarithm of the bytes of a lane
	group int64 // the binary logarithm of the registers in a group
	masks bool  // a stream is a mask, whose strips begin at bytes
}

// stripsOf returns the loop over a vector, with the smallest group that needs one strip only, if any does.
func stripsOf(t *air.Type) vectorStrips {
	s := vectorStrips{n: int64(t.Len), shift: int64(bits.TrailingZeros64(t.Elem.Size()))}
	for s.group < 3 && s.n > s.least() {
		s.group++
	}
	return s
}

// least returns how many lanes a strip has at least, if so many are left.
func (s *vectorStrips) least() int64 { return minVLEN << s.group >> s.shift }

// vtype returns the configuration: tail and mask agnostic, because nothing reads these elements.
func (s *vectorStrips) vtype() int64 { return 0b11<<6 | s.shift<<3 | s.group }

// The loads and stores by the logarithm of the size of a lane.
var (
	laneLoads  = [...]isa.Op{isa.VLE8_V, isa.VLE16_V, isa.VLE32_V, isa.VLE64_V}
	laneStores = [...]isa.Op{isa.VSE8_V, isa.VSE16_V, isa.VSE32_V, isa.VSE64_V}
)

// vectorOperation translates an operation of vectorRows.
func (f *function) vectorOperation(i air.Index) error {
	in := f.inst(i)
	op, _ := vectorOp(f.fn.Func, in)
	t := vectorOf(f.fn.Func, in)
	if vectorRows[in.Tag].form == vectorReduce {
		return f.reduceLanes(i, op, t)
	}
	streams, compute := f.vectorCode(in, op)
	to := f.newResult(i)
	result := stream{place: to, reg: firstLanes, store: true}
	if vectorRows[in.Tag].form == vectorCompare {
		result.reg, result.mask = maskLanes, true
	}
	f.strips(stripsOf(t), append(streams, result), compute)
	return f.finish(i, to.value())
}

// vectorCode returns the operands of an operation, and what emits the code between their loads and the store.
func (f *function) vectorCode(in *air.Inst, op isa.Op) (operands []stream, compute func()) {
	regs := [...]isa.Reg{firstLanes, secondLanes, thirdLanes}
	form := vectorRows[in.Tag].form
	switch form {
	case vectorSplat:
		x := f.use(in.Ops[0])
		return nil, func() { f.moveBits(op, firstLanes, x) }
	case vectorCompare:
		if p := in.Extra.(*air.CompareExtra).Predicate; p == air.CmpGt || p == air.CmpGte {
			regs[0], regs[1] = regs[1], regs[0]
		}
	case vectorSelect:
		regs = [...]isa.Reg{maskLanes, secondLanes, firstLanes}
	case vectorShift:
		wide, _ := amounts(f.fn.Func, in, f.typeOf(in.Ops[0]))
		operands = []stream{{place: f.valuePlace(in.Ops[0]), reg: firstLanes}, {place: f.constPlace(wide), reg: secondLanes}}
		return operands, func() { f.lanesOf(form, op) }
	}
	for n, r := range in.Ops {
		operands = append(operands, stream{place: f.valuePlace(r), reg: regs[n], mask: regs[n] == maskLanes})
	}
	return operands, func() { f.lanesOf(form, op) }
}

// lanesOf emits the instructions of a form on lanes in registers. With two sources, vs2 is the first operand.
func (f *function) lanesOf(form vectorForm, op isa.Op) {
	a, b := firstLanes, secondLanes
	switch {
	case form == vectorSame, form == vectorAbs && op != isa.VMAX_VV:
		f.ins(op, a, a, a)
	case form == vectorAbs:
		f.out.Real(isa.Inst{Op: isa.VRSUB_VI, Rd: b, Rs2: a})
		f.ins(op, a, b, a)
	case form == vectorAlone:
		f.out.Real(isa.Inst{Op: op, Rd: a, Rs2: a})
	case form == vectorNot:
		f.out.Real(isa.Inst{Op: op, Rd: a, Rs2: a, Imm: -1})
	case form == vectorFused:
		f.ins(op, a, b, thirdLanes)
	case form == vectorCompare:
		f.ins(op, maskLanes, b, a)
	default:
		f.ins(op, a, b, a)
	}
}

// strips emits the code that applies compute to a vector: once, if a strip has room for it on any machine, or in a loop
// whose strips are as long as the machine makes them.
func (f *function) strips(s vectorStrips, streams []stream, compute func()) {
	for n := range streams {
		s.masks = s.masks || streams[n].mask
	}
	if s.n > s.least() {
		f.stripLoop(s, streams, compute)
		return
	}
	f.setLength(s.n, s.vtype())
	at := func(t *stream) {
		p := f.temp()
		f.leaMem(p, t.place.mem)
		f.access(t, p, s.shift)
		f.release(p)
	}
	eachStream(streams, false, at)
	compute()
	eachStream(streams, true, at)
}

// eachStream calls do for the loads or for the stores.
func eachStream(streams []stream, stores bool, do func(*stream)) {
	for n := range streams {
		if streams[n].store == stores {
			do(&streams[n])
		}
	}
}

// setLength emits the choice of a number of lanes that one strip has room for.
func (f *function) setLength(n, vtype int64) {
	if n < 32 {
		f.out.Real(isa.Inst{Op: isa.VSETIVLI, AVL: uint8(n), Imm: vtype})
		return
	}
	t := f.temp()
	f.out.LoadImm(t, n)
	f.out.Real(isa.Inst{Op: isa.VSETVLI, Rs1: t, Imm: vtype})
	f.release(t)
}

// access emits the load or store of a strip at an address.
func (f *function) access(s *stream, address isa.Reg, shift int64) {
	switch {
	case s.mask && s.store:
		f.out.Real(isa.Inst{Op: isa.VSM_V, Rs3: s.reg, Rs1: address})
	case s.mask:
		f.out.Real(isa.Inst{Op: isa.VLM_V, Rd: s.reg, Rs1: address})
	case s.store:
		f.out.Real(isa.Inst{Op: laneStores[shift], Rs3: s.reg, Rs1: address})
	default:
		f.out.Real(isa.Inst{Op: laneLoads[shift], Rd: s.reg, Rs1: address})
	}
}

// stripLoop emits the loop. The machine may choose any length from half of the rest on, so with masks no more than least
// lanes are asked for, a multiple of eight, which it must grant.
//
//	again:
//	  vsetvli vl,left,...
//	  load, compute, store
//	  sub  left,left,vl
//	  slli vl,vl,shift
//	  add  pointer,pointer,vl
//	  bnez left,again
func (f *function) stripLoop(s vectorStrips, streams []stream, compute func()) {
	for n := range streams {
		streams[n].pointer = f.temp()
		f.leaMem(streams[n].pointer, streams[n].place.mem)
	}
	left, vl := f.temp(), f.temp()
	f.out.LoadImm(left, s.n)
	again := f.out.NewLabel()
	f.out.Bind(again)
	want := left
	if s.masks {
		want = vl
		enough := f.out.NewLabel()
		f.out.LoadImm(vl, s.least())
		f.out.Branch(isa.BGEU, left, vl, enough)
		f.moveRegister(vl, left)
		f.out.Bind(enough)
	}
	f.out.Real(isa.Inst{Op: isa.VSETVLI, Rd: vl, Rs1: want, Imm: s.vtype()})
	eachStream(streams, false, func(t *stream) { f.access(t, t.pointer, s.shift) })
	compute()
	eachStream(streams, true, func(t *stream) { f.access(t, t.pointer, s.shift) })
	f.ins(isa.SUB, left, left, vl)
	f.advance(s, streams, vl)
	f.out.Branch(isa.BNE, left, isa.Zero, again)
}

// advance moves the pointers behind a strip of vl lanes, which is changed. That of a mask is a multiple of eight, unless
// it was the last.
func (f *function) advance(s vectorStrips, streams []stream, vl isa.Reg) {
	if s.masks {
		f.insImm(isa.SRLI, vl, vl, 3)
		for n := range streams {
			if streams[n].mask {
				f.ins(isa.ADD, streams[n].pointer, streams[n].pointer, vl)
			}
		}
		f.insImm(isa.SLLI, vl, vl, 3+s.shift)
	} else if s.shift > 0 {
		f.insImm(isa.SLLI, vl, vl, s.shift)
	}
	for n := range streams {
		if !streams[n].mask {
			f.ins(isa.ADD, streams[n].pointer, streams[n].pointer, vl)
		}
	}
}

// reduceLanes translates a reduce: the result so far is lane 0 of a register, at first the neutral element of sums, or a
// lane, which changes no extreme, conjunction or disjunction of itself and others.
func (f *function) reduceLanes(i air.Index, op isa.Op, t *air.Type) error {
	in := f.inst(i)
	from := f.valuePlace(in.Ops[0])
	s := stripsOf(t)
	result := thirdLanes
	f.setLength(1, s.shift<<3|0b11<<6)
	first := f.temp()
	switch op {
	case isa.VREDSUM_VS, isa.VREDXOR_VS:
		f.moveBits(isa.VMV_S_X, result, isa.Zero)
	case isa.VFREDOSUM_VS:
		f.out.LoadImm(first, -1<<(8<<s.shift-1)) // -0
		f.moveBits(isa.VMV_S_X, result, first)
	default:
		f.leaMem(first, from.mem)
		f.access(&stream{reg: result}, first, s.shift)
	}
	f.release(first)
	f.strips(s, []stream{{place: from, reg: firstLanes}}, func() { f.ins(op, result, result, firstLanes) })
	d := f.dest(i)
	if d.IsFloat() {
		f.out.Real(isa.Inst{Op: isa.VFMV_F_S, Rd: d, Rs2: result})
		return f.finish(i, regValue(d))
	}
	f.out.Real(isa.Inst{Op: isa.VMV_X_S, Rd: d, Rs2: result}) // sign-extended
	if lane, _ := scalarOf(in.Type); !lane.signed {
		f.canonicalise(d, d, lane)
	}
	return f.finish(i, regValue(d))
}
