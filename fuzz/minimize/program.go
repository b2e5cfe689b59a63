package minimize

import (
	"bytes"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// Program is a module with runs. Passes never change a Program that they are given; a candidate shares the functions
// and values that it does not change.
type Program struct {
	Module *air.Module
	Runs   []gen.Run
}

// Text returns the text of a program: the module, then its runs.
func (p *Program) Text() []byte {
	var out bytes.Buffer
	out.Write(air.Print(p.Module))
	for _, r := range p.Runs {
		out.WriteString(r.Func)
		for _, a := range r.Args {
			out.WriteString(a.String())
		}
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// size is what Less compares, by the first difference.
type size struct{ instructions, things, bits, text int }

// measure returns the size of a program: its instructions; its functions, globals, runs, parameters, operands and
// switch cases; the bits of its types and constants; the length of its text.
func measure(p *Program) size {
	s := size{things: entryDepth(p) + len(p.Runs) + len(p.Module.Globals) + len(p.Module.Funcs) + len(p.Module.Types.Named()) + len(p.Module.ErrorNames)}
	for _, f := range p.Module.Funcs {
		s.instructions += len(f.Insts)
		s.things += len(f.Type.Params)
		for i := range f.Insts {
			s.things += len(f.Insts[i].Ops) + cases(&f.Insts[i])
			s.bits += int(f.Insts[i].Type.BitSize())
		}
		for _, c := range f.Consts {
			s.bits += weight(c)
		}
	}
	for _, g := range p.Module.Globals {
		s.bits += int(g.Type.BitSize()) + weight(g.Init)
	}
	for _, r := range p.Runs {
		for _, a := range r.Args {
			s.bits += weight(a)
		}
	}
	s.text = len(p.Text())
	return s
}

// entryDepth returns 1 if the function that runs call has calls itself: a program whose entry is a leaf is simpler.
func entryDepth(p *Program) int {
	if len(p.Runs) == 0 {
		return 0
	}
	f := p.Module.Func(p.Runs[0].Func)
	if f != nil && slices.ContainsFunc(f.Insts, func(in air.Inst) bool { return in.Tag.IsCall() }) {
		return 1
	}
	return 0
}

func cases(in *air.Inst) (n int) {
	if s, ok := in.Extra.(*air.SwitchExtra); ok {
		for _, c := range s.Cases {
			n += 1 + len(c.Items) + 2*len(c.Ranges)
		}
	}
	return n
}

// weight returns the rank of a constant: 0 before 1 before -1 before the rest by magnitude.
func weight(v *air.Value) int {
	if v == nil {
		return 0
	}
	switch {
	case v.Kind == air.IntValue && v.Int == -1:
		return 2
	case v.Kind == air.IntValue:
		return 2 * bitLength(v.Int)
	case v.Kind == air.BytesValue:
		return 8 * len(v.Bytes)
	}
	n := 1
	for _, e := range v.Elems {
		n += weight(e)
	}
	return n
}

func bitLength(v int64) (n int) {
	if v == 1 {
		return 0
	}
	if v < 0 {
		v = ^v
		n = 1
	}
	for ; v != 0; v >>= 1 {
		n++
	}
	return n
}

// Less reports whether a is strictly smaller than b.
func Less(a, b *Program) bool {
	x, y := measure(a), measure(b)
	switch {
	case x.instructions != y.instructions:
		return x.instructions < y.instructions
	case x.things != y.things:
		return x.things < y.things
	case x.bits != y.bits:
		return x.bits < y.bits
	}
	return x.text < y.text
}
