package ir

import (
	"fmt"
	"math/big"
	"slices"
)

// builder rewrites a function: every instruction in turn is replaced by what is added.
type builder struct {
	f     *Func
	insts []Inst
	entry []Inst // go to the start of the function
	same  map[string]Operand
	err   error
}

// rewrite replaces every instruction of a module by what a function adds for it.
func rewrite(m *Module, one func(b *builder, in Inst)) error {
	for _, f := range m.Funcs {
		b := &builder{f: f, same: map[string]Operand{}}
		for _, block := range f.Blocks {
			b.insts = make([]Inst, 0, len(block.Insts))
			for _, in := range block.Insts {
				one(b, in)
			}
			block.Insts = b.insts
		}
		if b.err != nil {
			return b.err
		}
		f.Blocks[0].Insts = slices.Concat(b.entry, f.Blocks[0].Insts)
		b.substitute()
	}
	return nil
}

func (b *builder) fail(format string, args ...any) {
	if b.err == nil {
		b.err = unsupported(format, args...)
	}
}

// substitute replaces names by the operands that they are the same as.
func (b *builder) substitute() {
	for _, block := range b.f.Blocks {
		for i := range block.Insts {
			args := slices.Clone(block.Insts[i].Args)
			for k := range args {
				for to, ok := b.same[args[k].Name]; ok && args[k].Name != ""; to, ok = b.same[args[k].Name] {
					to.Align, to.Extension = args[k].Align, args[k].Extension
					args[k] = to
				}
			}
			block.Insts[i].Args = args
		}
	}
}

// add adds an instruction as it is.
func (b *builder) add(in Inst) { b.insts = append(b.insts, in) }

// name returns a name that the function does not have yet.
func (b *builder) name() string {
	b.f.names++
	return fmt.Sprintf("x%d", b.f.names)
}

// op adds an instruction and returns its result.
func (b *builder) op(op string, t Type, args ...Operand) Operand {
	in := Inst{Op: op, Result: b.name(), Type: t, Args: args}
	b.add(in)
	return Operand{Type: t, Name: in.Result}
}

// compare adds a comparison of integers.
func (b *builder) compare(predicate string, x, y Operand) Operand {
	in := Inst{Op: "icmp", Result: b.name(), Type: I1, Predicate: predicate, Args: []Operand{x, y}}
	b.add(in)
	return Operand{Type: I1, Name: in.Result}
}

// choose adds a select.
func (b *builder) choose(condition, x, y Operand) Operand {
	return b.op("select", x.Type, condition, x, y)
}

// constant returns a constant as an operand of the type of another.
func constant(like Operand, x int64) Operand { return Number(like.Type, x) }

// by adds an operation on an operand and a small constant.
func (b *builder) by(op string, x Operand, n int64) Operand {
	return b.op(op, x.Type, x, constant(x, n))
}

// isNegative adds a comparison with 0.
func (b *builder) isNegative(x Operand) Operand { return b.compare("slt", x, constant(x, 0)) }

// resize adds an extension or truncation of an integer to another width, if it has not that.
func (b *builder) resize(extend string, x Operand, t Type) Operand {
	switch {
	case x.Type.Bits < t.Bits:
		return b.op(extend, t, x)
	case x.Type.Bits > t.Bits:
		return b.op("trunc", t, x)
	}
	return x
}

// offset adds the address so many bytes behind another.
func (b *builder) offset(p Operand, bytes int) Operand {
	if bytes == 0 {
		return p
	}
	in := Inst{Op: "getelementptr", Result: b.name(), Type: Address, Size: 1, Args: []Operand{p, Number(I64, int64(bytes))}}
	b.add(in)
	return Operand{Type: Address, Name: in.Result}
}

// alloca adds memory of the frame.
func (b *builder) alloca(size, align int) Operand {
	in := Inst{Op: "alloca", Result: b.name(), Type: Address, Size: size, Align: align}
	b.entry = append(b.entry, in)
	return Operand{Type: Address, Name: in.Result}
}

// is makes a name of the function stand for an operand.
func (b *builder) is(name string, x Operand) { b.same[name] = x }

// mask returns the number with so many low bits set.
func mask(bits int) *big.Int {
	return new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(bits)), big.NewInt(1))
}

// alignAt returns the alignment of an address so many bytes behind an aligned one.
func alignAt(align, offset int) int {
	if offset == 0 {
		return max(align, 1)
	}
	return min(max(align, 1), offset&-offset)
}
