package fuzz

import (
	"bytes"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	gopterGen "github.com/leanovate/gopter/gen"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// check checks a property of modules made from seeds.
func check(t *testing.T, name string, holds func(m *air.Module) bool) {
	parameters := gopter.DefaultTestParametersWithSeed(1)
	parameters.MinSuccessfulTests = 150
	properties := gopter.NewProperties(parameters)
	properties.Property(name, prop.ForAll(func(seed uint64) bool {
		return holds(gen.New(gen.Config{}).Case(source.New(seed)).Module)
	}, gopterGen.UInt64()))
	properties.TestingRun(t)
}

func TestPrintedModulesReadBack(t *testing.T) {
	check(t, "print, parse, print is a fixpoint", func(m *air.Module) bool {
		text := air.Print(m)
		again, err := air.Parse("printed", text)
		return err == nil && bytes.Equal(text, air.Print(again)) && air.Verify(again) == nil
	})
}

func TestCompilingTwiceGivesEqualBytes(t *testing.T) {
	check(t, "compile is a function", func(m *air.Module) bool {
		a, errA := backend.Compile(m, backend.Options{Compress: true})
		b, errB := backend.Compile(m, backend.Options{Compress: true})
		if errA != nil || errB != nil || len(a.Segments) != len(b.Segments) {
			return false
		}
		for i := range a.Segments {
			if !bytes.Equal(a.Segments[i].Data, b.Segments[i].Data) {
				return false
			}
		}
		return true
	})
}

func TestLivenessIsDerivedTwice(t *testing.T) {
	check(t, "liveness verifies", func(m *air.Module) bool {
		for _, f := range m.Funcs {
			if !f.Extern && liveness.Verify(f, liveness.Analyze(f)) != nil {
				return false
			}
		}
		return true
	})
}

// TestFramesHoldTheirSlots checks that the displacements of a function's memory accesses stay inside its frame.
func TestFramesHoldTheirSlots(t *testing.T) {
	check(t, "slots lie within the frame", func(m *air.Module) bool {
		for _, f := range m.Funcs {
			if f.Extern {
				continue
			}
			stages, err := backend.CompileFunc(m, f, backend.Options{SpillAll: true})
			if err != nil || mir.Verify(stages.MIR) != nil {
				return false
			}
			frame := &stages.MIR.Frame
			for slot := mir.FirstUnnamed; int(slot) < len(frame.Locs); slot++ {
				loc, ok := frame.Loc(slot)
				if ok && loc.Base == isa.SP && (loc.Disp < 0 || loc.Disp > frame.Size) {
					return false
				}
			}
		}
		return true
	})
}

func TestEveryEmittedWordIsDecoded(t *testing.T) {
	decoder := decode.New()
	check(t, "words agree with the third-party decoder", func(m *air.Module) bool {
		image, err := backend.Compile(m, backend.Options{})
		if err != nil {
			return false
		}
		for _, f := range image.Funcs {
			code, ok := image.Bytes(f.Addr, f.Size)
			for at := 0; ok && at+4 <= len(code); at += 4 {
				word := uint32(code[at]) | uint32(code[at+1])<<8 | uint32(code[at+2])<<16 | uint32(code[at+3])<<24
				_, err := words.CheckEmitted(decoder, word)
				ok = err == nil
			}
			if !ok {
				return false
			}
		}
		return true
	})
}
