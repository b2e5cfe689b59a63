package codegen

import (
	"errors"
	"math/bits"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// registerManager tracks the use of each register. A used register holds either the value of a tracked instruction or,
// in temps, something of the current handler. A locked register is neither allocated nor spilled.
type registerManager struct {
	allocatable abi.Set
	used        abi.Set
	temps       abi.Set // subset of used
	locked      abi.Set
	allocated   abi.Set       // at any time
	demanded    bool          // the program decides how many registers are locked: running out panics with errOutOfRegisters
	inst        [64]air.Index // by register, of used registers that are not temps
}

var errOutOfRegisters = errors.New("out of registers")

func (m *registerManager) reset(allocatable abi.Set) { *m = registerManager{allocatable: allocatable} }

// claim makes a register the home of a tracked instruction.
func (m *registerManager) claim(r isa.Reg, i air.Index) {
	m.used |= 1 << r
	m.temps &^= 1 << r
	m.allocated |= 1 << r
	m.inst[r] = i
}

func (m *registerManager) free(r isa.Reg) {
	m.used &^= 1 << r
	m.temps &^= 1 << r
}

func (m *registerManager) isFree(r isa.Reg) bool { return !m.used.Has(r) }

// fileOf returns the register file of a class.
func fileOf(c class) abi.Set {
	if c == floatClass {
		return abi.Floats
	}
	return abi.Integers
}

// compressible are the registers that most compressed instructions can name.
const compressible abi.Set = 0xff00<<32 | 0xff00

// take allocates a register of a class, spilling if necessary, and makes it a locked temporary. saved prefers one that
// calls preserve.
func (f *function) take(c class, saved bool) isa.Reg {
	m := &f.regs
	file := m.allocatable & fileOf(c) &^ m.locked
	prefer := abi.CallerSaved
	if saved || f.opts.SavedFirst {
		prefer = abi.CalleeSaved
	}
	pick := file &^ m.used
	for _, better := range [...]abi.Set{prefer, compressible} {
		if p := pick & better; p != 0 {
			pick = p
		}
	}
	if pick == 0 {
		r := f.victim(file)
		f.spill(r)
		pick = 1 << r
	}
	r := lowestReg(pick)
	f.hold(r)
	return r
}

// scarce reports whether no more registers of a class can be locked than an instruction needs besides its operands.
func (f *function) scarce(c class) bool {
	const needed = 3
	return bits.OnesCount64(uint64(f.regs.allocatable&fileOf(c)&^f.regs.locked)) <= needed
}

// hold makes a free register a locked temporary.
func (f *function) hold(r isa.Reg) {
	f.regs.used |= 1 << r
	f.regs.temps |= 1 << r
	f.regs.locked |= 1 << r
	f.regs.allocated |= 1 << r
}

// victim chooses the value to spill: the one whose last use is farthest away.
func (f *function) victim(file abi.Set) isa.Reg {
	best, last := isa.Zero, int32(-1)
	for s := file & f.regs.used &^ f.regs.temps; s != 0; s &= s - 1 {
		r := lowestReg(s)
		if l := f.uses[f.regs.inst[r]].last; l > last {
			best, last = r, l
		}
	}
	if last < 0 {
		if f.regs.demanded {
			panic(errOutOfRegisters)
		}
		f.broken("out of registers: all are locked")
	}
	return best
}

// temp returns a scratch integer register that is live until finish or release.
func (f *function) temp() isa.Reg { return f.take(intClass, false) }

// floatTemp returns a scratch floating-point register that is live until finish or release.
func (f *function) floatTemp() isa.Reg { return f.take(floatClass, false) }

// release frees a scratch register early; other registers are unaffected.
func (f *function) release(r isa.Reg) {
	if f.regs.temps.Has(r) && f.regs.locked.Has(r) {
		f.regs.free(r)
		f.regs.locked &^= 1 << r
	}
}

// unlock lets a register that holds an operand be spilled again.
func (f *function) unlock(r isa.Reg) {
	if f.regs.temps.Has(r) {
		f.release(r)
		return
	}
	f.regs.locked &^= 1 << r
}

func (f *function) lock(r isa.Reg) { f.regs.locked |= 1 << r }

// releaseTemps frees every scratch register and slot and every lock.
func (f *function) releaseTemps() {
	f.regs.used &^= f.regs.temps
	f.regs.temps = 0
	f.regs.locked = 0
	for _, fi := range f.tempSlots {
		f.freeSlot(fi)
	}
	f.tempSlots = f.tempSlots[:0]
}

// use returns the register that holds an operand of intClass or floatClass, locked; an operand without bits is zero.
// The register must not be changed.
func (f *function) use(r air.Ref) isa.Reg { return f.useValue(f.resolve(r), f.classOf(f.typeOf(r))) }

func (f *function) useValue(v MCValue, c class) isa.Reg {
	switch {
	case v.kind == register:
		f.lock(v.reg)
		return v.reg
	case c != floatClass && (v.kind == none || v.kind == undef || v.kind == immediate && v.imm == 0):
		return isa.Zero
	}
	if f.opts.Verify && c == memClass {
		f.broken("%v is used as a register but lives in memory", v)
	}
	t := f.take(c, false)
	f.setReg(t, v)
	return t
}

// copyOf returns a scratch register with the value of an operand, which may be changed.
func (f *function) copyOf(r air.Ref) isa.Reg {
	v := f.resolve(r)
	if v.kind == register {
		f.lock(v.reg)
	}
	t := f.take(f.classOf(f.typeOf(r)), false)
	f.setReg(t, v)
	return t
}

// dest returns a fresh register for the result of an instruction, different from those of the operands.
func (f *function) dest(i air.Index) isa.Reg {
	if r, ok := f.targetHome(i); ok && !f.readsHome(i, r) {
		f.homeUsed = true
		return r
	}
	c := f.classOf(f.inst(i).Type)
	if r, ok := f.wanted(i); ok && fileOf(c).Has(r) && f.regs.allocatable.Has(r) && f.regs.isFree(r) && !f.regs.locked.Has(r) {
		f.hold(r)
		return r
	}
	return f.take(c, f.uses[i].crossesCall)
}

// wanted returns the register that the next instruction wants a result in, if that is a return or a call and nothing else
// needs it.
func (f *function) wanted(i air.Index) (isa.Reg, bool) {
	next := f.inst(f.next)
	var v *abi.Value
	switch {
	case f.next == i || f.uses[i].crossesCall:
		return 0, false
	case next.Tag == air.Ret || next.Tag == air.RetSafe:
		if next.Ops[0] != air.InstRef(i) {
			return 0, false
		}
		v = &f.abi.Result
	case next.Tag.IsCall():
		n := slices.Index(next.Ops[1:], air.InstRef(i))
		fn := f.calleeType(next.Ops[0])
		if n < 0 || fn.Kind != air.Fn || n >= len(fn.Params) {
			return 0, false
		}
		v = &f.classify(fn).Params[n]
	default:
		return 0, false
	}
	pieces := v.Pieces()
	if v.ByRef || len(pieces) != 1 || pieces[0].Kind != abi.Register {
		return 0, false
	}
	return pieces[0].Reg, true
}

// destReusing returns a register for the result as dest does, or that of one of the operands ops that dies here. It may
// be written only after all operands have been read.
func (f *function) destReusing(i air.Index, ops ...int) isa.Reg {
	if r, ok := f.targetHome(i); ok {
		f.homeUsed = true
		return r
	}
	file := fileOf(f.classOf(f.inst(i).Type)) & f.regs.allocatable
	if r, ok := f.wanted(i); ok && file.Has(r) && f.regs.isFree(r) {
		return f.dest(i)
	}
	for _, op := range ops {
		o, ok := f.inst(i).Ops[op].Inst()
		if !ok || !f.lv.Dies(i, op) || f.tracking[o].short.kind != register {
			continue
		}
		r := f.tracking[o].short.reg
		if file.Has(r) && (!f.uses[i].crossesCall || abi.CalleeSaved.Has(r)) {
			if f.opts.Audit {
				f.noteChoice(r)
			}
			return r
		}
	}
	return f.dest(i)
}

// releaseSince undoes all locks and scratch registers since a moment.
func (f *function) releaseSince(locked abi.Set) {
	for s := f.regs.locked &^ locked; s != 0; s &= s - 1 {
		f.unlock(lowestReg(s))
	}
}

func lowestReg(s abi.Set) isa.Reg { return isa.Reg(bits.TrailingZeros64(uint64(s))) }
