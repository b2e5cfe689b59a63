package diff

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/convention"
)

// bytePlace is where a byte is: in a register, or at an address.
type bytePlace struct {
	inReg bool
	reg   isa.Reg
	at    uint64 // the address, or the number of the byte in the register
}

// madeWrong follows a byte that is wrong before event end back through copies, as long as it is, and returns the event
// that made it wrong; -1 if none did.
func (t *tracer) madeWrong(b bytePlace, want byte, end int) (event int) {
	event = -1
	for i := t.maker(b, end); i >= 0; i = t.maker(b, i) {
		e := &t.trace[i]
		in := e.inst()
		switch {
		case in.Op == mir.Load && b.inReg:
			size, _ := accessOf(in.I.Op)
			if event = i; b.at >= size {
				return i
			}
			b = bytePlace{at: t.address(e, in.Mem) + b.at}
		case in.Op == mir.Store:
			b = bytePlace{inReg: true, reg: in.I.Rs2, at: b.at - t.address(e, in.Mem)}
			if e.byteOf(b) == want { // right here, wrong where it was read
				return event
			}
			event = i
		case in.Op == mir.Real && in.I.Op == isa.ADDI && in.I.Imm == 0 && in.I.Rs1 != isa.Zero && b.inReg:
			b.reg = in.I.Rs1
			if event = i; e.byteOf(b) == want {
				return i
			}
		default:
			if !b.inReg || event < 0 || t.trace[event].inst().Op != mir.Store {
				event = i
			}
			return event
		}
	}
	return event
}

// byteOf returns a byte of a register before an event.
func (e *event) byteOf(b bytePlace) byte { return byte(e.regs[b.reg] >> (8 * b.at)) }

// maker returns the last event before end that wrote a byte, or -1.
func (t *tracer) maker(b bytePlace, end int) int {
	for i := end - 1; i >= 0; i-- {
		x := t.effects(&t.trace[i])
		if b.inReg && x.writes>>b.reg&1 != 0 || !b.inReg && x.to.meets(span{b.at, 1}) {
			return i
		}
	}
	return -1
}

// blameCopy blames what made the first wrong byte of a value that is only copied from memory, and reports whether that
// is known.
func (t *tracer) blameCopy(g *loaded, m *mismatch, culprit *Culprit) bool {
	end := t.marks[m.got.number]
	r := &g.image.Locations[m.got.record]
	events := t.slice(needsOf(t, r, end), end, t.recordPoint(g, m.got.record))
	_, copied := t.copied(events)
	home := g.Module.Funcs[m.got.f].Insts[m.got.inst].Tag == air.Load && !slices.ContainsFunc(events, func(i int) bool { return !t.isMove(i) })
	if !copied && !home || end == 0 || t.returned(g, m, end) {
		return false
	}
	for n := range min(len(m.want.bytes), len(m.got.bytes)) {
		if (m.want.bytes[n]^m.got.bytes[n])&maskAt(m.want.defined, n) == 0 {
			continue
		}
		b := bytePlace{inReg: true, reg: r.Loc.Reg, at: uint64(n)}
		if r.Loc.Kind == link.LocMem {
			b = bytePlace{at: t.trace[end-1].regs[r.Loc.Reg] + uint64(r.Loc.Disp) + uint64(n)}
		}
		return t.blameEvent(g, t.madeWrong(b, m.want.bytes[n], end), culprit)
	}
	return false
}

// returned reports whether the first wrong value is that of a call whose callee returned the right one in registers.
func (t *tracer) returned(g *loaded, m *mismatch, end int) bool {
	in := &g.Module.Funcs[m.got.f].Insts[m.got.inst]
	if !in.Tag.IsCall() {
		return false
	}
	after := end
	for after > 0 && t.trace[after-1].inst().Op != mir.Ret {
		after--
	}
	fn := g.Module.Funcs[m.got.f].TypeOf(in.Ops[0])
	if fn.Kind == air.Pointer {
		fn = fn.Elem
	}
	result := &convention.Of(fn).Result
	if after == 0 || after == len(t.trace) || result.Indirect || len(result.Pieces()) == 0 {
		return false
	}
	for _, p := range result.Pieces() {
		r := isa.A0 + isa.Reg(p.N)
		if p.Space == convention.Float {
			r = isa.FA0 + isa.Reg(p.N)
		}
		v := binary.LittleEndian.AppendUint64(nil, t.trace[after].regs[r])
		for n := p.At; n < min(p.At+p.Size, len(m.want.bytes)); n++ {
			if (m.want.bytes[n]^v[n-p.At])&maskAt(m.want.defined, n) != 0 {
				return false
			}
		}
	}
	return true
}

// isMove reports whether an event copies a register, as a load of a variable does that lives in one.
func (t *tracer) isMove(i int) bool {
	in := t.trace[i].inst()
	return in.Op == mir.Real && in.I.Op == isa.ADDI && in.I.Imm == 0
}

// blameGlobal blames what made the first wrong byte of a global, and reports whether that is known.
func (k *Checker) blameGlobal(g *loaded, d *Divergence, t *tracer, e *execution, culprit *Culprit) bool {
	if d.at.aspect == nil || d.at.aspect.Aspect != oracle.InGlobal {
		return false
	}
	want := g.program.Call(g.Runs[d.Run].Func, g.Runs[d.Run].Args)
	for i := range min(len(want.Globals), len(e.Globals)) {
		a, b := &want.Globals[i], &e.Globals[i]
		symbol, ok := g.image.Symbol(a.Name)
		for n := range min(len(a.Bytes), len(b.Bytes)) {
			if ok && (a.Bytes[n]^b.Bytes[n])&maskAt(a.Defined, n) != 0 {
				at := symbol.Addr + uint64(n)
				writes := k.writes(g, d.Run)
				if t.blameWriter(g, at, lastWrite(writes, at, ^uint64(0)), writes, len(t.trace), culprit) {
					return true
				}
				return t.blameEvent(g, t.madeWrong(bytePlace{at: at}, a.Bytes[n], len(t.trace)), culprit)
			}
		}
	}
	return false
}

// blameEvent blames the code of an AIR instruction up to an event, and reports whether there is such an event.
func (t *tracer) blameEvent(g *loaded, i int, culprit *Culprit) bool {
	if i < 0 || len(t.trace) == maxEvents {
		return false
	}
	e := &t.trace[i]
	inst, ok := e.f.origins[e.at].Instruction()
	f := g.Module.Func(e.f.Name)
	if !ok || f == nil || int(inst) >= len(f.Insts) {
		return false
	}
	x := t.effects(e)
	want := needs{regs: x.reads}
	if x.from.size > 0 {
		want.spans = append(want.spans, x.from)
	}
	t.blameSlice(g, f, air.Index(inst), append([]int{i}, t.slice(want, i, e.point)...), culprit)
	return true
}

// spinEvents is how many events at the end of an execution show that it does not leave the code of one instruction.
const spinEvents = 256

// blameSpin blames the code of an AIR instruction that an execution does not leave, and reports whether there is one.
func (t *tracer) blameSpin(e *execution, culprit *Culprit) bool {
	n := len(t.trace)
	if e.Ending != oracle.OutOfSteps || n < spinEvents {
		return false
	}
	branch := -1
	last := &t.trace[n-1]
	inst, ok := last.f.origins[last.at].Instruction()
	for i := n - spinEvents; i < n; i++ {
		ev := &t.trace[i]
		if of, is := ev.f.origins[ev.at].Instruction(); !ok || !is || of != inst || ev.f != last.f {
			return false
		}
		if ev.inst().Op == mir.Branch {
			branch = i
		}
	}
	if branch < 0 {
		return false
	}
	t.trace[branch].blame("", culprit)
	culprit.Text = "the code of one instruction does not end\n"
	return true
}

// isWord reports whether an atomic instruction works on 32 bits.
func isWord(name string) bool { return strings.Contains(name, ".w") }
