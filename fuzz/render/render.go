// Package render writes a module as it stands after each stage of the
// pipeline, in the text forms that corpus entries keep as golden sections.
//
//	text, err := render.Text(render.Asm, module, backend.Options{})
package render

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Stage names a place in the pipeline.
type Stage string

// The stages, in the order of the pipeline.
const (
	AIR   Stage = "air"   // the module as the printer writes it
	Live  Stage = "live"  // where each value dies
	MIR   Stage = "mir"   // what codegen made
	Asm   Stage = "asm"   // the linked code, decoded
	Bytes Stage = "bytes" // the linked code in hexadecimal words
)

// Stages lists all of them.
func Stages() []Stage { return []Stage{AIR, Live, MIR, Asm, Bytes} }

// renderers is one row per stage.
var renderers = map[Stage]func(*bytes.Buffer, *air.Module, backend.Options) error{
	AIR:   renderAIR,
	Live:  renderLive,
	MIR:   renderMIR,
	Asm:   renderAsm,
	Bytes: renderBytes,
}

// Text gives the text of a stage. The error is the compiler's, or names an
// unknown stage.
func Text(stage Stage, m *air.Module, o backend.Options) (string, error) {
	render := renderers[stage]
	if render == nil {
		return "", fmt.Errorf("render: no stage %q; there are %s", stage, joined(Stages()))
	}
	var b bytes.Buffer
	if err := render(&b, m, o); err != nil {
		return "", err
	}
	return b.String(), nil
}

func joined(stages []Stage) string {
	words := make([]string, len(stages))
	for i, s := range stages {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

func renderAIR(b *bytes.Buffer, m *air.Module, _ backend.Options) error {
	b.Write(air.Print(m))
	return nil
}

func renderLive(b *bytes.Buffer, m *air.Module, _ backend.Options) error {
	for _, f := range m.Funcs {
		if len(f.Body) != 0 {
			fmt.Fprintf(b, "@%s:\n%s", f.Name, liveness.Format(f, liveness.Analyze(f)))
		}
	}
	return nil
}

func renderMIR(b *bytes.Buffer, m *air.Module, o backend.Options) error {
	for _, f := range m.Funcs {
		if len(f.Body) == 0 {
			continue
		}
		stages, err := backend.CompileFunc(m, f, o)
		if err != nil {
			return err
		}
		b.Write(stages.MIR.AppendText(nil))
	}
	return nil
}

func renderAsm(b *bytes.Buffer, m *air.Module, o backend.Options) error {
	o.Locations = true
	return eachFunc(m, o, func(image *backend.Image, f *link.Func, code []byte, marks []link.LocationRecord) {
		fmt.Fprintf(b, "@%s:\n", f.Name)
		for at := 0; at < len(code); {
			pc := f.Addr + uint64(at)
			for len(marks) > 0 && marks[0].PC <= pc {
				fmt.Fprintf(b, "                     # %%%d done (%s)\n", marks[0].Inst, marks[0].Site)
				marks = marks[1:]
			}
			word, size := isa.WordAt(code[at:])
			fmt.Fprintf(b, "  %6x: %-8s  %s\n", pc, fmt.Sprintf("%0*x", 2*size, word), decoded(word))
			at += size
		}
	})
}

func decoded(word uint32) string {
	in, err := isa.Decode(word)
	if err != nil {
		return fmt.Sprintf(".word 0x%08x", word)
	}
	return in.String()
}

func renderBytes(b *bytes.Buffer, m *air.Module, o backend.Options) error {
	return eachFunc(m, o, func(image *backend.Image, f *link.Func, code []byte, _ []link.LocationRecord) {
		fmt.Fprintf(b, "@%s:\n", f.Name)
		for at := 0; at < len(code); {
			word, size := isa.WordAt(code[at:])
			fmt.Fprintf(b, "%0*x\n", 2*size, word)
			at += size
		}
	})
}

// eachFunc compiles the module and visits the code of each function with its marks.
func eachFunc(m *air.Module, o backend.Options, visit func(*backend.Image, *link.Func, []byte, []link.LocationRecord)) error {
	image, err := backend.Compile(m, o)
	if err != nil {
		return err
	}
	for i := range image.Funcs {
		f := &image.Funcs[i]
		code, ok := image.Bytes(f.Addr, f.Size)
		if !ok {
			return fmt.Errorf("render: the image does not hold the code of @%s", f.Name)
		}
		var marks []link.LocationRecord
		for _, mark := range image.Locations {
			if mark.Func == i {
				marks = append(marks, mark)
			}
		}
		visit(image, f, code, marks)
	}
	return nil
}
