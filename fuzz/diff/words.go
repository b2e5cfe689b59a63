package diff

import (
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
)

// checkWords checks every word of the functions: the third-party decoder must agree with ours, and the target must have
// the instruction.
func (k *Checker) checkWords(c *compiled) error {
	for i := range c.image.Funcs {
		f := &c.image.Funcs[i]
		bytes, ok := c.image.Bytes(f.Addr, f.Size)
		if !ok {
			return diverges(Signature{Oracle: "self", Kind: "image"}, "function "+f.Name+" lies outside the image")
		}
		if err := k.checkFunction(c, f, bytes); err != nil {
			return err
		}
	}
	return nil
}

func (k *Checker) checkFunction(c *compiled, f *link.Func, bytes []byte) error {
	target := c.target(f)
	for at := 0; at+2 <= len(bytes); {
		word, size := isa.WordAt(bytes[at:])
		op, err := words.CheckEmitted(k.config.Decoder, word)
		lacking := err == nil && target != nil && !target[op]
		if err != nil || lacking {
			s := Signature{Oracle: "encode", Kind: "word", Slot: op.Row().Format}
			if lacking {
				s.Kind, s.Slot, err = "target", op.Row().Ext, fmt.Errorf("the target has no %s", op)
			}
			pc := f.Addr + uint64(at)
			s.Tag, s.Site = c.emitter(pc, false)
			d := diverges(s, fmt.Sprintf("function %s, pc %#x, word %#08x: %v", f.Name, pc, word, err))
			d.at.pc = pc
			return d
		}
		at += size
	}
	return nil
}

// instructionSet holds which instructions a target has.
type instructionSet [isa.NumOps + 1]bool

// target returns the instructions that the code generator may use in a function, or nil where assembly text may use
// any.
func (c *compiled) target(f *link.Func) *instructionSet {
	function := c.Module.Func(f.Name)
	if function == nil || slices.ContainsFunc(function.Insts, func(in air.Inst) bool { return in.Tag == air.Assembly }) {
		return nil
	}
	n := 0
	if c.Options.Zbb {
		n++
	}
	if c.Options.Zicond {
		n += 2
	}
	return &targets[n]
}

// targets are the instruction sets by the options: none, Zbb, Zicond, both.
var targets = [4]instructionSet{instructionsOf("rv64gc"), instructionsOf("rv64gc_zbb"), instructionsOf("rv64gc_zicond"), instructionsOf("rv64gc_zbb_zicond")}

func instructionsOf(text string) (set instructionSet) {
	march, err := isa.ParseMarch(text)
	if err != nil {
		panic("diff: " + err.Error())
	}
	for op := isa.Op(1); op <= isa.NumOps; op++ {
		set[op] = march.Has(op)
	}
	return set
}
