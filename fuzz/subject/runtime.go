package subject

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/isa/asm"
)

//go:embed runtime.asm
var runtimeSource []byte

// exported are the functions of the runtime that programs call, and their start.
var exported = []string{"_start", "rv_end", "memcpy", "memmove", "memset", "memcmp", "bcmp", "__muloti4"}

// Runtime returns the runtime of exported programs as a relocatable object, made by this project's own assembler.
func Runtime() ([]byte, error) {
	p, err := asm.Assemble("runtime.asm", runtimeSource, asm.Options{})
	if err != nil {
		return nil, err
	}
	objects, err := pieces(p)
	if err != nil {
		return nil, err
	}
	objects = append(objects,
		link.Object{Name: "rv_result", Section: link.BSS, Size: export.MaxResult, Align: 16},
		link.Object{Name: "rv_frame", Section: link.BSS, Size: 64, Align: 16, Local: true},
		link.Object{Name: "rv_thread", Section: link.BSS, Size: 4096, Align: 16, Local: true},
		link.Object{Name: "rv_cases", Extern: true})
	var out bytes.Buffer
	err = link.WriteObject(&out, objects, link.Options{})
	return out.Bytes(), err
}

// words are the addresses at the start of the runtime, in order.
var words = []link.Reloc{
	{Symbol: "rv_cases"}, {Symbol: "rv_result"}, {Symbol: "rv_frame"}, {Symbol: "rv_thread", Addend: 2048},
}

// pieces cuts the image at the exported symbols. The pieces stay in place: they follow one another without gaps.
func pieces(p *asm.Program) ([]link.Object, error) {
	first := link.Object{Name: "rv_words", Section: link.Text, Align: 8, Local: true}
	for i, r := range words {
		r.Kind, r.Offset = link.Abs64, uint32(i*8)
		first.Relocs = append(first.Relocs, r)
	}
	objects, starts := []link.Object{first}, []int64{0}
	for _, name := range exported {
		at, ok := p.Symbol(name)
		if !ok {
			return nil, fmt.Errorf("the runtime has no %s", name)
		}
		objects, starts = append(objects, link.Object{Name: name, Section: link.Text}), append(starts, at)
	}
	if !slices.IsSorted(starts) {
		return nil, fmt.Errorf("the functions of the runtime are not in the order %v", exported)
	}
	for i := range objects {
		end := int64(len(p.Image))
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		objects[i].Data = p.Image[starts[i]:end]
	}
	return objects, nil
}
