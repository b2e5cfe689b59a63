package diff

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/fuzz/judge"
	"github.com/rvfuzz/rvfuzz/isa"
)

// judgeWords asks the stranger's decoder about every word of the functions.
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
	for at := 0; at+2 <= len(code); {
		word, size := isa.WordAt(code[at:])
		if err := judge.Emitted(k.config.Judge, word); err != nil {
			pc := f.Addr + uint64(at)
			return k.object(Signature{Oracle: "encode", Kind: "word", Tag: k.tagAt(pc), Site: k.siteAt(pc)}, -1,
				fmt.Sprintf("function %s, pc %#x, word %#08x: %v", f.Name, pc, word, err))
		}
		at += size
	}
	return false
}
