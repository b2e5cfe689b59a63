package backend

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Stage names a place in the pipeline whose data has a text form.
type Stage string

// The stages, in the order of the pipeline.
const (
	StageAIR   Stage = "air"   // the module as the printer writes it
	StageLegal Stage = "legal" // the module without what codegen has no registers for
	StageLive  Stage = "live"  // where each value of the legal functions dies
	StageMIR   Stage = "mir"   // the result of codegen
	StageAsm   Stage = "asm"   // the linked code, disassembled
	StageBytes Stage = "bytes" // the linked code in hexadecimal, one instruction per line
)

// texts is one row per stage.
var texts = [...]struct {
	stage Stage
	write func(*strings.Builder, *air.Module, Options) error
}{
	{StageAIR, writeAIR},
	{StageLegal, writeLegal},
	{StageLive, writeLive},
	{StageMIR, writeMIR},
	{StageAsm, writeAsm},
	{StageBytes, writeBytes},
}

// StageNames returns the names of the stages that Text accepts, in the order of the pipeline.
func StageNames() []string {
	names := make([]string, len(texts))
	for i, row := range texts {
		names[i] = string(row.stage)
	}
	return names
}

// Text returns the text of a module after a stage. The error is that of Compile, or names an unknown stage.
func Text(m *air.Module, stage Stage, o Options) (string, error) {
	for _, row := range texts {
		if row.stage == stage {
			var b strings.Builder
			err := row.write(&b, m, o)
			return b.String(), err
		}
	}
	return "", fmt.Errorf("backend: no stage %q; there are %s", stage, strings.Join(StageNames(), ", "))
}

func writeAIR(b *strings.Builder, m *air.Module, _ Options) error {
	b.Write(air.Print(m))
	return nil
}

func writeLegal(b *strings.Builder, m *air.Module, o Options) error {
	legal := *m
	legal.Funcs = make([]*air.Func, len(m.Funcs))
	for i, f := range m.Funcs {
		legal.Funcs[i] = o.Legalize(f).Func
	}
	b.Write(air.Print(&legal))
	return nil
}

func writeLive(b *strings.Builder, m *air.Module, o Options) error {
	for _, f := range m.Funcs {
		if !isExtern(f) {
			legal := o.Legalize(f)
			fmt.Fprintf(b, "@%s:\n%s", f.Name, liveness.Format(legal.Func, liveness.Analyze(legal.Func)))
		}
	}
	return nil
}

func writeMIR(b *strings.Builder, m *air.Module, o Options) error {
	for _, f := range m.Funcs {
		if isExtern(f) {
			continue
		}
		stages, err := CompileFunc(m, f, o)
		if err != nil {
			return err
		}
		b.Write(stages.MIR.AppendText(nil))
	}
	return nil
}

func writeAsm(b *strings.Builder, m *air.Module, o Options) error {
	o.Locations = true
	next := 0
	return eachWord(b, m, o, func(image *Image, pc uint64, word uint32, size int) {
		for ; next < len(image.Locations) && image.Locations[next].PC <= pc; next++ {
			if r := &image.Locations[next]; r.Func == image.FuncAt(pc) {
				fmt.Fprintf(b, "                     # %%%d done (%s)\n", r.Inst, r.Site)
			}
		}
		fmt.Fprintf(b, "  %6x: %-8s  %s\n", pc, fmt.Sprintf("%0*x", 2*size, word), disassembled(word))
	})
}

func disassembled(word uint32) string {
	in, err := isa.Decode(word)
	if err != nil {
		return fmt.Sprintf(".word 0x%08x", word)
	}
	return in.String()
}

func writeBytes(b *strings.Builder, m *air.Module, o Options) error {
	return eachWord(b, m, o, func(_ *Image, _ uint64, word uint32, size int) {
		fmt.Fprintf(b, "%0*x\n", 2*size, word)
	})
}

// eachWord compiles the module, writes the name of each function before its code, and visits every instruction word.
func eachWord(b *strings.Builder, m *air.Module, o Options, visit func(image *Image, pc uint64, word uint32, size int)) error {
	image, err := Compile(m, o)
	if err != nil {
		return err
	}
	for _, f := range image.Funcs {
		code, ok := image.Bytes(f.Addr, f.Size)
		if !ok {
			panic("backend: the image holds the code of every function: @" + f.Name)
		}
		fmt.Fprintf(b, "@%s:\n", f.Name)
		for at := 0; at < len(code); {
			word, size := isa.WordAt(code[at:])
			visit(image, f.Addr+uint64(at), word, size)
			at += size
		}
	}
	return nil
}
