package diff

import (
	"fmt"
	"slices"
	"sync"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
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
	if function == nil || hasAssembly(function) {
		return nil
	}
	return c.instructions()
}

func hasAssembly(f *air.Func) bool {
	return slices.ContainsFunc(f.Insts, func(in air.Inst) bool { return in.Tag == air.Assembly })
}

// restriction returns which words the machine may execute, or nil where assembly text may use any. Most are words that
// have been checked.
func (c *compiled) restriction(checked *decode.Decoder) func(word uint32) bool {
	if slices.ContainsFunc(c.Module.Funcs, hasAssembly) {
		return nil
	}
	set := c.instructions()
	return func(word uint32) bool {
		if op, ok := checked.Agreed(word); ok && op != 0 {
			return set[op]
		}
		return set.has(word)
	}
}

// instructions returns the instructions of the machine that a case is compiled for.
func (c *compiled) instructions() *instructionSet {
	o := &c.Options
	name := o.Target.String()
	for _, more := range []struct {
		on   bool
		name string
	}{{o.Zbb && !o.Target.Zbb, "_zbb"}, {o.Zicond && !o.Target.Zicond, "_zicond"}} {
		if more.on {
			name += more.name
		}
	}
	if known, ok := targets.Load(name); ok {
		return known.(*instructionSet)
	}
	set := instructionsOf(name)
	targets.Store(name, set)
	return set
}

// targets holds an *instructionSet for each name of a target that was met.
var targets sync.Map

func instructionsOf(text string) *instructionSet {
	march, err := isa.ParseMarch(text)
	if err != nil {
		panic("diff: the target of a case is known: " + err.Error())
	}
	set := new(instructionSet)
	for op := isa.Op(1); op <= isa.NumOps; op++ {
		set[op] = march.Has(op)
	}
	return set
}

// has reports whether a word is an instruction of the set, for the machine, or of none at all.
func (s *instructionSet) has(word uint32) bool {
	in, err := isa.Decode(word)
	return err != nil || s[in.Op]
}
