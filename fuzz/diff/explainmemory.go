package diff

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// memory finds the stores from which the culprit's value comes, or the global or result that differs.
func (w *explainer) memory() {
	if w.rec == nil {
		return
	}
	c, o := w.x.Culprit, w.d.at.aspect
	switch {
	case c != nil && c.record != nil && c.record.Loc.Kind == link.LocMem && len(c.Parts) > 0:
		w.slot(c)
	case c == nil && o != nil && o.Aspect == oracle.InGlobal:
		w.global(o.Name)
	case c == nil && o != nil && o.Aspect == oracle.InResult:
		if size := w.g.Module.Func(w.g.Runs[w.d.Run].Func).Type.Elem.Size(); size > 16 {
			w.differing("the result", resultBase, w.wanted().Result, w.got.Result, w.wanted().Defined)
		}
	}
}

// wanted returns the evaluator's outcome of the run.
func (w *explainer) wanted() *oracle.Outcome {
	o := w.g.program.Call(w.g.Runs[w.d.Run].Func, w.g.Runs[w.d.Run].Args)
	return &o
}

// slot adds the store that wrote the first wrong byte of a value in memory.
func (w *explainer) slot(c *Blamed) {
	s := w.k.stepThrough(w.g, &w.g.Runs[w.d.Run], w.until)
	if s == nil {
		return
	}
	loc := location(&c.record.Loc)
	addr := s.machine.X(int(loc.Register)) + uint64(loc.Offset)
	if m := w.d.at.first; m != nil {
		w.differing("the value of %"+strconv.Itoa(c.Inst), addr, m.want.bytes, m.got.bytes, m.want.defined)
		return
	}
	w.store("the value of %"+strconv.Itoa(c.Inst), addr, int(min(loc.Size, 1<<20)), w.until)
}

// global adds the store that wrote the first wrong byte of a global. Its instruction is the culprit.
func (w *explainer) global(name string) {
	symbol, _ := w.g.image.Symbol(name)
	isIt := func(m oracle.Memory) bool { return m.Name == name }
	want, got := w.wanted().Globals, w.got.Globals
	i, j := slices.IndexFunc(want, isIt), slices.IndexFunc(got, isIt)
	if i < 0 || j < 0 {
		return
	}
	g := w.g.Module.Global(name)
	by := w.differing("@"+name, symbol.Addr, want[i].Bytes, got[j].Bytes, want[i].Defined)
	if by != nil {
		w.until = by.step + 1
		w.x.Culprit = w.g.culprit(by.pc)
	}
	if w.x.Culprit == nil {
		w.x.Culprit = &Blamed{Text: "@" + name, Inst: -1}
	}
	c := w.x.Culprit
	c.Type, c.Where, c.PC = g.Type.String(), fmt.Sprintf("@%s at %#x", name, symbol.Addr), ""
	c.Parts, c.Omitted = parts(g.Type, memory{want[i].Bytes, want[i].Defined}, memory{got[j].Bytes, got[j].Defined}, w.g.program.Symbol, true)
}

// differing adds the store that wrote the first wrong byte of memory.
func (w *explainer) differing(of string, addr uint64, want, got, defined []byte) *stored {
	for n := range min(len(want), len(got)) {
		if (want[n]^got[n])&maskAt(defined, n) != 0 {
			return w.store(fmt.Sprintf("byte %d of %s", n, of), addr+uint64(n), 1, w.until)
		}
	}
	return nil
}

// store adds the store that wrote bytes before a step.
func (w *explainer) store(of string, addr uint64, size int, before uint64) *stored {
	by := w.rec.writer(addr, size, before)
	s := w.from(by, addr)
	if s.Why = of; by == nil {
		s.Why += ": no instruction stored it, it is " + w.g.initial(addr)
	}
	w.x.Stores = append(w.x.Stores, *s)
	return by
}

// from describes a store, or what there is at an address without one.
func (w *explainer) from(by *stored, addr uint64) *Store {
	if by == nil {
		return &Store{Address: fmt.Sprintf("%#x", addr), Why: "no instruction stored it, it is " + w.g.initial(addr)}
	}
	code := w.g.code(by.pc)
	return &Store{Code: &code, Address: fmt.Sprintf("%#x", by.addr), Bytes: memory{bytes: by.bytes[:by.size]}.hex()}
}

// initial says what memory holds at an address before anything is stored.
func (g *loaded) initial(addr uint64) string {
	for i := range g.image.Symbols {
		if s := &g.image.Symbols[i]; addr >= s.Addr && addr < s.Addr+s.Size {
			return "the initial value of @" + s.Name
		}
	}
	switch {
	case addr >= stackBase && addr < stackTop:
		return "the stack, of the caller or undefined"
	case addr >= argumentBase:
		return "an argument by reference"
	}
	return "no object"
}
