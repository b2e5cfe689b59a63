package fuzz

import (
	"errors"
	"fmt"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/emit"
	"github.com/rvfuzz/rvfuzz/backend/lower"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// addChoices adds the choices of the first cases of a campaign, with what rest holds.
func addChoices(f *testing.F, rest ...any) {
	for seed := range uint64(16) {
		s := source.New(source.Case(0, 0, seed))
		s.Record()
		campaign.Draw(s, gen.New(gen.Config{}), nil)
		f.Add(append([]any{s.Recorded()}, rest...)...)
	}
}

// FuzzCodegen checks the programs that its input describes.
func FuzzCodegen(f *testing.F) {
	addChoices(f)
	generator, checker := gen.New(gen.Config{}), diff.NewChecker(diff.Config{Self: true})
	f.Fuzz(func(t *testing.T, choices []byte) {
		c := campaign.Draw(source.FromBytes(choices), generator, nil)
		if v := checker.Check(c); v.Divergence != nil {
			t.Fatalf("%s%s\noptions %q", checker.Explain(c), air.Print(c.Module), c.Options)
		}
	})
}

// FuzzCompile compiles the programs that its input describes with all checks of the stages, and has the third-party
// decoder read their words. It runs nothing, so it sees more programs.
func FuzzCompile(f *testing.F) {
	addChoices(f)
	generator, decoder := gen.New(gen.Config{}), decode.New()
	var compiler backend.Compiler
	f.Fuzz(func(t *testing.T, choices []byte) {
		c := campaign.Draw(source.FromBytes(choices), generator, nil)
		c.Options.Verify, c.Options.Audit = true, true
		image, err := compiler.Compile(c.Module, c.Options)
		var lacking *air.Unsupported
		if errors.As(err, &lacking) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatalf("%v\n%s\noptions %q", err, air.Print(c.Module), c.Options)
		}
		if why := unread(decoder, image); why != "" {
			t.Fatalf("%s\n%s\noptions %q", why, air.Print(c.Module), c.Options)
		}
	})
}

// unread returns what the third-party decoder does not read like ours in the code of an image, or "".
func unread(d *decode.Decoder, image *backend.Image) string {
	for i := range image.Funcs {
		f := &image.Funcs[i]
		code, ok := image.Bytes(f.Addr, f.Size)
		if !ok {
			return f.Name + " lies outside of the image"
		}
		if why := unreadBytes(d, code); why != "" {
			return f.Name + why
		}
	}
	return ""
}

func unreadBytes(d *decode.Decoder, code []byte) string {
	for at := 0; at+2 <= len(code); {
		word, size := isa.WordAt(code[at:])
		if _, err := words.CheckEmitted(d, word); err != nil {
			return fmt.Sprintf(" at %d, word %#08x: %v", at, word, err)
		}
		at += size
	}
	return ""
}

// FuzzExecute runs the programs of its first input on the arguments of its second.
func FuzzExecute(f *testing.F) {
	addChoices(f, []byte{0, 1, 255})
	generator, checker := gen.New(gen.Config{}), diff.NewChecker(diff.Config{})
	f.Fuzz(func(t *testing.T, choices, arguments []byte) {
		c := campaign.Draw(source.FromBytes(choices), generator, nil)
		c.Runs = generator.Runs(source.FromBytes(arguments))
		if v := checker.Check(c); v.Divergence != nil {
			t.Fatalf("%s%s\noptions %q", checker.Explain(c), air.Print(c.Module), c.Options)
		}
	})
}

// FuzzAir checks its input as a corpus entry: whatever program the verifier accepts, all oracles agree on it.
func FuzzAir(f *testing.F) {
	entries, err := corpus.Embedded("behavior")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		if text := corpus.Format(e); len(text) < 4<<10 {
			f.Add(string(text))
		}
	}
	checker := diff.NewChecker(diff.Config{Steps: 10_000})
	f.Fuzz(func(t *testing.T, text string) {
		e, err := corpus.Parse("input", []byte(text))
		if err != nil || e.Module == nil || air.Verify(e.Module) != nil || isLarge(e.Module) {
			return
		}
		c, err := replay.Case(e)
		if err != nil {
			return
		}
		if v := checker.Check(c); v.Divergence != nil {
			t.Fatalf("%s%s\noptions %q", checker.Explain(c), air.Print(c.Module), c.Options)
		}
	})
}

// isLarge reports whether a module has types or code of more than a moderate size, on which inputs would spend their time.
func isLarge(m *air.Module) bool {
	const most = 1 << 16
	for t := range m.Types.All() {
		if t.Kind != air.Fn && t.Kind != air.Opaque && t.Size() > most {
			return true
		}
	}
	return false
}

// FuzzMir reads its input as MIR: what the verifier of MIR accepts is lowered and emitted, and the third-party decoder
// reads the words.
func FuzzMir(f *testing.F) {
	generator := gen.New(gen.Config{})
	for seed := range uint64(16) {
		c := campaign.Draw(source.New(source.Case(0, 0, seed)), generator, nil)
		for _, fn := range c.Module.Funcs {
			if fn.Extern {
				continue
			}
			stages, err := backend.CompileFunc(c.Module, fn, c.Options)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(stages.MIR.AppendText(nil)))
		}
	}
	decoder := decode.New()
	f.Fuzz(func(t *testing.T, text string) {
		funcs, err := mir.Parse(text)
		if err != nil {
			return
		}
		for _, fn := range funcs {
			if mir.Verify(fn) != nil {
				continue
			}
			code, err := lower.Lower(fn)
			if err != nil {
				continue
			}
			emitted, err := emit.Emit(code, emit.Options{})
			if err != nil {
				continue
			}
			if why := unreadBytes(decoder, emitted.Code); why != "" {
				t.Fatalf("%s\n%s", why, text)
			}
		}
	})
}
