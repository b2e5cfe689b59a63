package eval

import "github.com/rvfuzz/rvfuzz/backend/air"

// Layout returns the memory layout of a constant, with a bit set in defined for each defined bit (nil means all).
func (p *Program) Layout(v *air.Value) (bytes, defined []byte, err error) {
	to := newView(v.Type.Size())
	if err := p.constant(to, v.Type, v); err != nil {
		return nil, nil, err
	}
	m := memoryOf("", to)
	return m.Bytes, m.Defined, nil
}

// Evaluated returns for each instruction of a function whether the evaluator runs it: one without effect whose result
// nothing needs, it does not.
func Evaluated(f *air.Func) []bool {
	runs := findUsed(f, make([]bool, len(f.Insts)))
	for i := range runs {
		runs[i] = runs[i] || hasEffect(&f.Insts[i])
	}
	return runs
}

// Symbol returns the global or function that an address lies in, or just behind, and the offset there.
func (p *Program) Symbol(addr uint64) (name string, offset uint64, ok bool) {
	if f := p.byAddr[addr]; f != nil {
		return f.name, 0, true
	}
	for i := range p.globals {
		g := &p.globals[i]
		if offset := addr - g.addr; offset <= g.global.Type.Size() {
			return g.global.Name, offset, true
		}
	}
	return "", 0, false
}
