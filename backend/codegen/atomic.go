package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Memory orders are mapped as the manual recommends (RVWMO, table A.6): fences around plain loads and stores, the aq
// and rl bits of read-modify-writes.

// fence emits a fence between earlier accesses of one kind and later ones of another.
func (f *function) fence(before, after int) {
	f.out.Real(isa.Inst{Op: isa.FENCE, Imm: isa.FenceSet(before, after)})
}

// fenceInst translates a fence; it orders everything that its memory order covers.
func (f *function) fenceInst(i air.Index) error {
	switch f.inst(i).Extra.(*air.AtomicExtra).Order {
	case air.Acquire:
		f.fence(isa.FenceR, isa.FenceRW)
	case air.Release:
		f.fence(isa.FenceRW, isa.FenceW)
	default:
		f.fence(isa.FenceRW, isa.FenceRW)
	}
	return f.finish(i, noneValue())
}

// atomicLoad emits a plain load between fences.
func (f *function) atomicLoad(i air.Index) error {
	in := f.inst(i)
	if f.typeOf(in.Ops[0]).IsBitPointer() {
		return f.unsupported(in.Type.String())
	}
	order := in.Extra.(*air.AtomicExtra).Order
	p := f.atomicPlace(in.Ops[0], in.Type)
	d := f.dest(i)
	if order == air.SeqCst {
		f.fence(isa.FenceRW, isa.FenceRW)
	}
	f.loadValue(d, p, in.Type)
	if order >= air.Acquire {
		f.fence(isa.FenceR, isa.FenceRW)
	}
	return f.finish(i, regValue(d))
}

// atomicPlace returns the place behind the pointer of an atomic access, which is aligned to its size.
func (f *function) atomicPlace(r air.Ref, t *air.Type) place {
	p := f.deref(r)
	p.align = max(p.align, int64(t.Size()))
	return p
}

// atomicStore emits a plain store after a fence.
func (f *function) atomicStore(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[1])
	if f.typeOf(in.Ops[0]).IsBitPointer() {
		return f.unsupported(t.String())
	}
	if in.Tag == air.AtomicStoreRelease || in.Tag == air.AtomicStoreSeqCst {
		f.fence(isa.FenceRW, isa.FenceW)
	}
	f.storeOperand(f.atomicPlace(in.Ops[0], t), in.Ops[1])
	return f.finish(i, noneValue())
}

// bitsOrder returns the aq and rl bits of an order.
func bitsOrder(o air.Order) isa.AqRl {
	switch o {
	case air.Acquire:
		return isa.AQ
	case air.Release:
		return isa.RL
	case air.AcqRel, air.SeqCst:
		return isa.AQRL
	}
	return 0
}

// cell is a value in memory as load-reserved accesses it: a word, and for values of 1 and 2 bytes the position of the
// value in it.
type cell struct {
	typ     *air.Type
	scalar  scalar
	address isa.Reg // of the word
	word    isa.Reg // its contents
	shift   isa.Reg // of the value in the word, in bits; Zero for a whole word
	order   isa.AqRl
}

// cellOf prepares the access to the memory behind a pointer; ok is false if it is unsupported.
func (f *function) cellOf(r air.Ref, t *air.Type, order isa.AqRl) (cell, bool) {
	c := cell{typ: t, order: order}
	var ok bool
	if t.Kind == air.Float {
		c.scalar, ok = scalar{bits: t.Bits}, t.Bits <= 64
	} else {
		c.scalar, ok = scalarOf(t)
	}
	if !ok || f.typeOf(r).IsBitPointer() {
		return c, false
	}
	p := f.deref(r).mem
	c.address = f.temp()
	f.leaMem(c.address, p)
	if t.Size() < 4 {
		c.shift = f.temp()
		f.insImm(isa.SLLI, c.shift, c.address, 3)
		f.insImm(isa.ANDI, c.shift, c.shift, 24)
		f.insImm(isa.ANDI, c.address, c.address, -4)
	}
	if p.Frame == mir.NoFrame {
		f.unlock(p.Reg)
	}
	c.word = f.temp()
	return c, true
}

// release releases the registers of the cell after the last access.
func (c *cell) release(f *function) {
	f.release(c.address)
	f.release(c.word)
	f.release(c.shift)
}

// loadReserved emits d = the value of the cell, canonical.
func (f *function) loadReserved(d isa.Reg, c *cell) {
	if c.shift == isa.Zero {
		op := pick(c.typ.Size() == 8, isa.LR_D, isa.LR_W)
		f.out.Real(isa.Inst{Op: op, Rd: d, Rs1: c.address, AqRl: c.order & isa.AQ})
		if int64(c.scalar.bits) != 8*int64(c.typ.Size()) {
			f.canonicalise(d, d, c.scalar)
		}
		return
	}
	f.out.Real(isa.Inst{Op: isa.LR_W, Rd: c.word, Rs1: c.address, AqRl: c.order & isa.AQ})
	f.ins(isa.SRL, d, c.word, c.shift)
	f.canonicalise(d, d, c.scalar)
}

// storeConditional stores the value v in place of old and emits v = 0 if that succeeded. Other bytes of the word keep
// their contents.
func (f *function) storeConditional(v, old isa.Reg, c *cell) {
	op := pick(c.typ.Size() == 8, isa.SC_D, isa.SC_W)
	if c.shift != isa.Zero {
		f.ins(isa.XOR, v, v, old)
		f.zeroExtended(v, v, uint32(8*c.typ.Size()))
		f.ins(isa.SLL, v, v, c.shift)
		f.ins(isa.XOR, v, v, c.word)
	}
	f.out.Real(isa.Inst{Op: op, Rd: v, Rs1: c.address, Rs2: v, AqRl: c.order & isa.RL})
}

// cmpxchg stores a new value if the cell holds the expected one. The result is then null, otherwise the value found.
func (f *function) cmpxchg(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[1])
	if op, ok := f.compareAndSwap(in, t); ok {
		return f.cmpxchgAtOnce(i, op, t)
	}
	c, ok := f.cellOf(in.Ops[0], t, bitsOrder(in.Extra.(*air.AtomicExtra).Order))
	if !ok {
		return f.unsupported(t.String())
	}
	expected, replacement := f.use(in.Ops[1]), f.use(in.Ops[2])
	old, v := f.temp(), f.temp()
	again, done := f.out.NewLabel(), f.out.NewLabel()
	f.out.Bind(again)
	f.loadReserved(old, &c)
	f.moveRegister(v, old)
	f.out.Branch(isa.BNE, old, expected, done)
	f.moveRegister(v, replacement)
	f.storeConditional(v, old, &c)
	f.out.Branch(isa.BNE, v, isa.Zero, again)
	f.out.LoadImm(v, 0)
	f.out.Bind(done)
	f.ins(isa.XOR, v, old, expected)
	f.ins(isa.SLTU, v, isa.Zero, v)
	c.release(f)
	return f.finish(i, f.optionalOf(i, old, v, t))
}

// compareAndSwap returns the instruction that does a cmpxchg at once, if the target has it.
func (f *function) compareAndSwap(in *air.Inst, t *air.Type) (op isa.Op, ok bool) {
	s, isScalar := scalarOf(t)
	if !isScalar || t.Kind == air.Float || !f.opts.Features.Zacas || f.typeOf(in.Ops[0]).IsBitPointer() {
		return 0, false
	}
	switch s.bits {
	case 8:
		return isa.AMOCAS_B, f.opts.Features.Zabha
	case 16:
		return isa.AMOCAS_H, f.opts.Features.Zabha
	case 32:
		return isa.AMOCAS_W, true
	case 64:
		return isa.AMOCAS_D, true
	}
	return 0, false
}

// cmpxchgAtOnce emits a cmpxchg that is one instruction.
func (f *function) cmpxchgAtOnce(i air.Index, op isa.Op, t *air.Type) error {
	in := f.inst(i)
	s, _ := scalarOf(t)
	p := f.deref(in.Ops[0]).mem
	a := f.temp()
	f.leaMem(a, p)
	expected, replacement := f.use(in.Ops[1]), f.use(in.Ops[2])
	old, v := f.temp(), f.temp()
	f.moveRegister(old, expected)
	order := bitsOrder(in.Extra.(*air.AtomicExtra).Order)
	f.out.Real(isa.Inst{Op: op, Rd: old, Rs1: a, Rs2: replacement, AqRl: order})
	if s.bits < 32 {
		f.canonicalise(old, old, s)
	}
	f.ins(isa.XOR, v, old, expected)
	f.ins(isa.SLTU, v, isa.Zero, v)
	f.release(a)
	return f.finish(i, f.optionalOf(i, old, v, t))
}

// optionalOf builds the optional that holds register r if has is 1, and is null if has is 0. Both registers are
// scratch.
func (f *function) optionalOf(i air.Index, r, has isa.Reg, payload *air.Type) MCValue {
	t := f.inst(i).Type
	if optionalRepr(t) == air.NullIsZero {
		d := f.dest(i)
		f.ins(isa.SUB, has, isa.Zero, has)
		f.ins(isa.AND, d, r, has)
		return regValue(d)
	}
	p := f.newResult(i)
	f.storeInt(r, p, int64(payload.Size()))
	f.storeInt(has, p.at(int64(t.FlagOffset())), 1)
	return p.value()
}

// amoOp returns the instruction that does an operation at once, for 4 and 8 bytes, or 0.
func amoOp(o air.Operation, signed bool) (w, d isa.Op) {
	switch o {
	case air.Xchg:
		return isa.AMOSWAP_W, isa.AMOSWAP_D
	case air.OpAdd, air.OpSub:
		return isa.AMOADD_W, isa.AMOADD_D
	case air.OpAnd:
		return isa.AMOAND_W, isa.AMOAND_D
	case air.OpOr:
		return isa.AMOOR_W, isa.AMOOR_D
	case air.OpXor:
		return isa.AMOXOR_W, isa.AMOXOR_D
	case air.OpMax:
		return pick(signed, isa.AMOMAX_W, isa.AMOMAXU_W), pick(signed, isa.AMOMAX_D, isa.AMOMAXU_D)
	case air.OpMin:
		return pick(signed, isa.AMOMIN_W, isa.AMOMINU_W), pick(signed, isa.AMOMIN_D, isa.AMOMINU_D)
	}
	return 0, 0
}

// atomicRmw replaces the value of a cell by the result of an operation on it, and yields the old value.
func (f *function) atomicRmw(i air.Index) error {
	in := f.inst(i)
	t := f.typeOf(in.Ops[1])
	extra := in.Extra.(*air.AtomicExtra)
	s, isInt := scalarOf(t)
	w, d := amoOp(extra.Operation, s.signed)
	if op := f.narrowAmo(in, t, extra.Operation); op != 0 {
		return f.atomicAtOnce(i, op, extra)
	}
	whole := isInt && t.Kind != air.Float && (s.bits == 32 || s.bits == 64) && !f.typeOf(in.Ops[0]).IsBitPointer()
	if whole && w != 0 {
		return f.atomicAtOnce(i, pick(s.bits == 64, d, w), extra)
	}
	return f.atomicLoop(i, t, extra)
}

// atomicAtOnce emits a read-modify-write that is one instruction; subtraction adds the negated operand.
func (f *function) atomicAtOnce(i air.Index, op isa.Op, extra *air.AtomicExtra) error {
	in := f.inst(i)
	p := f.deref(in.Ops[0]).mem
	a := f.temp()
	f.leaMem(a, p)
	v := f.use(in.Ops[1])
	if extra.Operation == air.OpSub {
		n := f.temp()
		f.ins(isa.SUB, n, isa.Zero, v)
		v = n
	}
	d := f.dest(i)
	f.out.Real(isa.Inst{Op: op, Rd: d, Rs1: a, Rs2: v, AqRl: bitsOrder(extra.Order)})
	if s, _ := scalarOf(in.Type); s.bits < 32 {
		f.canonicalise(d, d, s)
	}
	return f.finish(i, regValue(d))
}

// narrowAmo returns the instruction that does an operation on 1 or 2 bytes at once, or 0 if the target has none.
func (f *function) narrowAmo(in *air.Inst, t *air.Type, o air.Operation) isa.Op {
	s, ok := scalarOf(t)
	if !ok || t.Kind == air.Float || !f.opts.Features.Zabha || s.bits != 8 && s.bits != 16 || f.typeOf(in.Ops[0]).IsBitPointer() {
		return 0
	}
	b, h := isa.Op(0), isa.Op(0)
	switch o {
	case air.Xchg:
		b, h = isa.AMOSWAP_B, isa.AMOSWAP_H
	case air.OpAdd, air.OpSub:
		b, h = isa.AMOADD_B, isa.AMOADD_H
	case air.OpAnd:
		b, h = isa.AMOAND_B, isa.AMOAND_H
	case air.OpOr:
		b, h = isa.AMOOR_B, isa.AMOOR_H
	case air.OpXor:
		b, h = isa.AMOXOR_B, isa.AMOXOR_H
	case air.OpMax:
		b, h = pick(s.signed, isa.AMOMAX_B, isa.AMOMAXU_B), pick(s.signed, isa.AMOMAX_H, isa.AMOMAXU_H)
	case air.OpMin:
		b, h = pick(s.signed, isa.AMOMIN_B, isa.AMOMINU_B), pick(s.signed, isa.AMOMIN_H, isa.AMOMINU_H)
	}
	return pick(s.bits == 8, b, h)
}

// atomicLoop emits a read-modify-write with load-reserved and store-conditional.
func (f *function) atomicLoop(i air.Index, t *air.Type, extra *air.AtomicExtra) error {
	in := f.inst(i)
	c, ok := f.cellOf(in.Ops[0], t, bitsOrder(extra.Order))
	if !ok {
		return f.unsupported(t.String())
	}
	v := f.use(in.Ops[1])
	if f.isHalf(t) && extra.Operation != air.Xchg {
		return f.unsupported(t.String())
	}
	d := f.dest(i)
	old := d
	if d.IsFloat() {
		old = f.temp()
	}
	n := f.temp()
	var scratch isa.Reg
	if d.IsFloat() {
		scratch = f.floatTemp()
	} else {
		scratch = f.temp()
	}
	again := f.out.NewLabel()
	f.out.Bind(again)
	f.loadReserved(old, &c)
	if d.IsFloat() {
		f.atomicFloat(n, d, scratch, old, v, &c, extra.Operation)
	} else {
		f.atomicValue(n, old, v, scratch, c.scalar, extra.Operation)
	}
	f.storeConditional(n, old, &c)
	f.out.Branch(isa.BNE, n, isa.Zero, again)
	return f.finish(i, regValue(d))
}

// atomicOps are the instructions that do an operation on integers, and atomicFloatOps those on an f32.
var (
	atomicOps = map[air.Operation]isa.Op{
		air.OpAdd:  isa.ADD,
		air.OpSub:  isa.SUB,
		air.OpAnd:  isa.AND,
		air.OpNand: isa.AND,
		air.OpOr:   isa.OR,
		air.OpXor:  isa.XOR,
	}
	atomicFloatOps = map[air.Operation]isa.Op{
		air.OpAdd: isa.FADD_S,
		air.OpSub: isa.FSUB_S,
		air.OpMax: isa.FMAX_S,
		air.OpMin: isa.FMIN_S,
	}
)

// atomicValue emits n = old o v, canonical. m is scratch. The loop around it keeps to the 16 instructions for which the
// manual promises success in the end (A, "Eventual Success of Store-Conditional Instructions").
func (f *function) atomicValue(n, old, v, m isa.Reg, s scalar, o air.Operation) {
	switch o {
	case air.Xchg:
		f.moveRegister(n, v)
	case air.OpMax, air.OpMin:
		f.extreme(n, old, v, m, o == air.OpMin, s)
	default:
		f.ins(atomicOps[o], n, old, v)
	}
	if o == air.OpNand {
		f.insImm(isa.XORI, n, n, -1)
	}
	if o == air.OpAdd || o == air.OpSub || o == air.OpNand {
		f.canonicalise(n, n, s)
	}
}

// atomicFloat emits d = old as a float and n = the bits of d o v.
func (f *function) atomicFloat(n, d, scratch, old, v isa.Reg, c *cell, o air.Operation) {
	p := precisionOf(c.typ)
	f.moveBits(p.op(isa.FMV_W_X), d, old)
	if o != air.Xchg {
		op, ok := atomicFloatOps[o]
		if !ok {
			f.fail("a float operation of atomic_rmw")
		}
		f.ins(p.op(op), scratch, d, v)
		v = scratch
	}
	f.moveBits(p.op(isa.FMV_X_W), n, v)
}
