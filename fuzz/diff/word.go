package diff

import (
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
)

// judgeWords asks the stranger's decoder about every word of the functions, and whether the target has the instruction.
func (k *Checker) judgeWords() bool {
	for i := range k.image.Funcs {
		f := &k.image.Funcs[i]
		code, ok := k.image.Bytes(f.Addr, f.Size)
		if !ok {
			return k.object(Signature{Oracle: "self", Kind: "image"}, -1, "function "+f.Name+" lies outside the image")
		}
		if k.judgeCode(f, code) {
			return true
		}
	}
	return false
}

func (k *Checker) judgeCode(f *link.Func, code []byte) bool {
	target := k.target(f)
	for at := 0; at+2 <= len(code); {
		word, size := isa.WordAt(code[at:])
		err := words.CheckEmitted(k.config.Judge, word)
		kind := "word"
		if op, _ := isa.Classify(word); err == nil && target != nil && !target[op] {
			kind, err = "target", fmt.Errorf("the target has no %s", op)
		}
		if err != nil {
			pc := f.Addr + uint64(at)
			return k.object(Signature{Oracle: "encode", Kind: kind, Tag: k.tagAt(pc), Site: k.siteAt(pc)}, -1,
				fmt.Sprintf("function %s, pc %#x, word %#08x: %v", f.Name, pc, word, err))
		}
		at += size
	}
	return false
}

// instructionSet tells which instructions a target has.
type instructionSet [isa.NumOps + 1]bool

// target gives the instructions that the code generator may use in a function, or nil where assembly text may use any.
func (k *Checker) target(f *link.Func) *instructionSet {
	function := k.c.Module.Func(f.Name)
	if function == nil || slices.ContainsFunc(function.Insts, func(in air.Inst) bool { return in.Tag == air.Assembly }) {
		return nil
	}
	if k.c.Options.Zbb {
		return &targets[1]
	}
	return &targets[0]
}

// targets are the instruction sets without Zbb and with it.
var targets = [2]instructionSet{instructionsOf("rv64gc"), instructionsOf("rv64gc_zbb")}

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
