package calls

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/linux"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// Bench compiles, links and runs programs in a folder of its own. It is not safe for concurrent use.
type Bench struct {
	folder  string
	linkers []tools.Tool
	second  *tools.Tool // the machine that programs run on besides this project's, if installed
}

// NewBench finds the linkers and the second machine. The error says that there is no linker.
func NewBench() (*Bench, error) {
	b := &Bench{}
	for _, name := range []string{tools.Ld, tools.LLD} {
		b.linkers = append(b.linkers, tools.FindAll(name)...)
	}
	if len(b.linkers) == 0 {
		return nil, fmt.Errorf("%s is %w", tools.Ld, tools.ErrNotInstalled)
	}
	if qemu, err := tools.Find(tools.QEMU); err == nil {
		b.second = &qemu
	}
	folder, err := os.MkdirTemp("", "rvfuzz-abi-")
	b.folder = folder
	return b, err
}

// Close removes the files of the bench.
func (b *Bench) Close() error { return os.RemoveAll(b.folder) }

// Way is how a program is compiled and linked.
type Way struct {
	Compiler *Compiler
	Level    string
	Options  backend.Options
	linker   int
}

// String returns "gcc-12 -O2, our options registers=7".
func (w Way) String() string {
	text := w.Compiler.Name + " " + w.Level
	if own := w.Options.String(); own != "" {
		text += ", our options " + own
	}
	return text
}

// Build compiles both parts of a program and links them.
func (b *Bench) Build(ctx context.Context, p *Program, w Way) (elf []byte, err error) {
	own, err := p.Object(w.Options)
	if err != nil {
		return nil, err
	}
	file := func(name string) string { return filepath.Join(b.folder, name) }
	if err := errors.Join(os.WriteFile(file("air.o"), own, 0o666), os.WriteFile(file("c.c"), []byte(p.C()), 0o666)); err != nil {
		return nil, err
	}
	if err := w.Compiler.compile(ctx, w.Level, file("c.c"), file("c.o")); err != nil {
		return nil, err
	}
	linker := b.linkers[w.linker%len(b.linkers)]
	if _, err := linker.Run(ctx, "", "-static", "--no-relax", "-o", file("program"), file("c.o"), file("air.o")); err != nil {
		return nil, err
	}
	return os.ReadFile(file("program"))
}

// maxSteps bounds the instructions of a program.
const maxSteps = 1 << 26

// checks are those of the reference machine, without that of undefined values: padding, which is undefined, is written
// by the program as any other memory.
const checks = rv64.CheckAll &^ rv64.CheckUndefined

// received is what a program received.
type received struct{ byC, byAIR []byte }

// run executes a program on both machines. An error says how it ended, or that the machines differ.
func (b *Bench) run(ctx context.Context, p *Program, elf []byte) (r received, err error) {
	var out bytes.Buffer
	exit, err := linux.Execute(ctx, elf, linux.Config{Stdout: &out, MaxSteps: maxSteps, Checks: checks})
	switch {
	case err != nil:
		return r, err
	case exit.Ending != oracle.Exited || exit.Status != 0 || out.Len() != 2*len(p.sent):
		return r, fmt.Errorf("the program ends early: %s %s %s", exit.Ending, exit.Reason, exit.Place)
	}
	if b.second != nil {
		said, err := b.second.Run(ctx, "", filepath.Join(b.folder, "program"))
		if err != nil || !p.sameBytes([]byte(said.Stdout), out.Bytes()) {
			return r, errors.Join(fmt.Errorf("%s receives other values than the reference machine", b.second.Name), err)
		}
	}
	return received{out.Bytes()[:len(p.sent)], out.Bytes()[len(p.sent):]}, nil
}

// sameBytes reports whether two runs received the same, but for padding.
func (p *Program) sameBytes(a, b []byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if (a[i]^b[i])&p.mask[i%len(p.mask)] != 0 {
			return false
		}
	}
	return true
}

// Difference is a value that did not arrive.
type Difference struct {
	Signature *Signature
	Way       Way
	// ToC reports whether C received it, the argument of a call from AIR or the result of a call to AIR.
	ToC bool
	// Argument is the position of the argument, or -1 for the result.
	Argument       int
	Sent, Received []byte
	// Ends is how a program of this signature alone ended, where it did not end well.
	Ends error
}

// Try runs a program and returns the first difference of each signature.
func (b *Bench) Try(ctx context.Context, p *Program, w Way) ([]Difference, error) {
	elf, err := b.Build(ctx, p, w)
	if err != nil {
		return nil, err
	}
	r, err := b.run(ctx, p, elf)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && len(p.Signatures) == 1:
		return []Difference{{Signature: p.Signatures[0], Way: w, Argument: -1, Ends: err}}, nil
	case err != nil:
		return b.tryHalves(ctx, p, w)
	}
	var all []Difference
	for n := range p.Signatures {
		if d := p.compare(n, r); d != nil {
			d.Way = w
			all = append(all, *d)
		}
	}
	return all, nil
}

func (b *Bench) tryHalves(ctx context.Context, p *Program, w Way) (all []Difference, err error) {
	half := len(p.Signatures) / 2
	for _, part := range [][]*Signature{p.Signatures[:half], p.Signatures[half:]} {
		some, err := b.Try(ctx, NewProgram(valuesOf(0), part), w)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// compare returns the first difference of a signature, or nil.
func (p *Program) compare(n int, r received) *Difference {
	arguments, result := p.Arguments(n)
	for i, s := range append(slices.Clone(arguments), result) {
		if i == len(arguments) {
			i = -1
		}
		for _, bytes := range [][]byte{r.byC, r.byAIR} {
			if got := bytes[s.At : s.At+s.Size]; !p.Same(s, got) {
				return &Difference{Signature: p.Signatures[n], ToC: &bytes[0] == &r.byC[0], Argument: i,
					Sent: p.Value(s), Received: got}
			}
		}
	}
	return nil
}

// where describes which value differs.
func (d *Difference) where() string {
	caller, callee := "AIR", d.Way.Compiler.Name
	if d.ToC == (d.Argument < 0) {
		caller, callee = callee, caller
	}
	if d.Argument < 0 {
		return fmt.Sprintf("the result of a callee by %s, called by %s", callee, caller)
	}
	return fmt.Sprintf("argument %d of a call by %s of a callee by %s", d.Argument, caller, callee)
}

// String describes the difference.
func (d *Difference) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s\n%s: ", d.Signature, d.Way)
	if d.Ends != nil {
		fmt.Fprintf(&s, "%v", d.Ends)
		return s.String()
	}
	fmt.Fprintf(&s, "%s: sent %x, received %x", d.where(), d.Sent, d.Received)
	return s.String()
}
