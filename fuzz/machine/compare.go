package machine

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/linux"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// Emulator is the program that Run compares with.
const Emulator = tools.QEMU

// Config says how much to compare.
type Config struct {
	Seed uint64
	// Batches is the number of executables to make; 0 means until the context ends.
	Batches int
	// Sequences is the number of sequences in a batch, Length the number of instructions (or groups of them) in each; 0
	// means 200 and 12.
	Sequences int
	Length    int
	// Extensions restricts the instructions to those of some extensions, by the names of isa.Row.Ext. If it is empty,
	// all extensions are compared, in every second batch vector instructions.
	Extensions []string
	// Findings ends the run when there are so many, because later ones most likely repeat them; 0 means 20.
	Findings int
	// QEMU is the emulator; nil means the newest, with vector registers of VLEN bits, or 128 if that is 0.
	QEMU *QEMU
	VLEN uint64
}

// Report counts what was compared and holds what differed.
type Report struct {
	Batches      int
	Sequences    int
	Instructions int
	Mnemonics    map[string]int // the number of times that each was generated
	Everything   bool           // no extension was left out
	QEMU         *QEMU          // that was compared with
	Findings     []Finding
}

// Finding is a sequence after which the machines differ, shrunk.
type Finding struct {
	Seed         uint64 // of the batch
	Engine       string // of the reference machine: plain or checking
	Instructions []isa.Inst
	Differences  []string
	Start        []string // the registers that matter at the start
}

// String returns the finding as several lines of text.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "batch %#x, %s engine\n", f.Seed, f.Engine)
	for _, list := range [][]string{f.Start, text(f.Instructions), f.Differences} {
		for _, line := range list {
			fmt.Fprintf(&b, "    %s\n", line)
		}
	}
	return b.String()
}

func text(list []isa.Inst) []string {
	var lines []string
	for _, in := range list {
		word, _ := isa.Encode(in)
		lines = append(lines, fmt.Sprintf("%08x  %v", word, in))
	}
	return lines
}

// Run compares until the batches are done or the context ends. An error means that a machine could not be run, for
// example because the emulator is not installed.
func Run(ctx context.Context, config Config) (Report, error) {
	report := Report{Mnemonics: map[string]int{}, Everything: len(config.Extensions) == 0}
	qemu := config.QEMU
	if qemu == nil {
		var err error
		if qemu, err = FindQEMU(context.WithoutCancel(ctx), config.VLEN); err != nil {
			return report, err
		}
	}
	report.QEMU = qemu
	dir, err := os.MkdirTemp("", "machine")
	if err != nil {
		return report, err
	}
	defer os.RemoveAll(dir)
	if config.Sequences == 0 {
		config.Sequences = 200
	}
	if config.Length == 0 {
		config.Length = 12
	}
	if config.Findings == 0 {
		config.Findings = 20
	}
	c := &comparer{config: config, menu: newMenu(qemu, config.Extensions), emulator: qemu, file: filepath.Join(dir, "program")}
	vectors := newMenu(qemu, nil)
	c.menu.only(func(row isa.Row) bool { return len(config.Extensions) > 0 || !isVector(row) })
	vectors.only(isVector)
	for n := 0; config.Batches == 0 || n < config.Batches; n++ {
		if ctx.Err() != nil || len(report.Findings) >= config.Findings {
			break
		}
		if len(config.Extensions) == 0 {
			c.menu, vectors = vectors, c.menu // the first batch is of vectors
		}
		c.keepAgnostic = !qemu.fillsAgnostic || n/2%2 == 0
		err := c.batch(ctx, source.Child(config.Seed, uint64(n)), &report)
		if err != nil && ctx.Err() == nil {
			return report, err
		}
	}
	return report, nil
}

// comparer runs sequences on both machines.
type comparer struct {
	config   Config
	menu     *menu
	emulator *QEMU
	file     string
	// keepAgnostic means that agnostic elements keep their values in this batch; otherwise they become ones.
	keepAgnostic bool
	// wanted is the output of the emulator for the program ran, which all engines are compared with, and ended how the
	// emulator failed.
	ran, wanted []byte
	ranKeeping  bool
	ended       string
}

// engines are the ways to run the reference machine.
var engines = []struct {
	name   string
	checks rv64.Checks
}{{"plain", 0}, {"checking", rv64.CheckMemory | rv64.CheckUndefined}}

func (c *comparer) batch(ctx context.Context, seed uint64, report *Report) error {
	s := source.New(seed)
	sequences := make([]sequence, c.config.Sequences)
	for i := range sequences {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		sequences[i] = c.menu.sequence(s, c.config.Length)
	}
	for _, engine := range engines {
		if !c.keepAgnostic {
			engine.checks &^= rv64.CheckUndefined // the program writes agnostic elements, too
		}
		differing := c.differing(ctx, sequences, engine.checks)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for _, i := range differing {
			report.Findings = append(report.Findings, c.explain(ctx, sequences[i], seed, engine.name, engine.checks))
			if len(report.Findings) >= c.config.Findings {
				return nil
			}
		}
	}
	report.Batches++
	report.Sequences += len(sequences)
	for _, q := range sequences {
		for _, g := range q.groups {
			report.Instructions += len(g)
			for _, in := range g {
				report.Mnemonics[in.Op.String()]++
			}
		}
	}
	return nil
}

// differing returns the indexes of the sequences after which the machines differ. A batch that one machine does not
// finish is halved until the culprit is alone. When ctx ends it returns none.
func (c *comparer) differing(ctx context.Context, sequences []sequence, checks rv64.Checks) []int {
	want, got, _ := c.both(ctx, sequences, checks)
	if ctx.Err() != nil {
		return nil
	}
	blockSize := c.emulator.blockSize()
	size := len(sequences) * blockSize
	if len(want) != size || len(got) != size {
		switch {
		case len(sequences) == 1 && len(want) != size && len(got) != size:
			return nil // neither machine executes it
		case len(sequences) == 1:
			return []int{0}
		}
		middle := len(sequences) / 2
		list := c.differing(ctx, sequences[:middle], checks)
		for _, i := range c.differing(ctx, sequences[middle:], checks) {
			list = append(list, middle+i)
		}
		return list
	}
	var list []int
	for i := range sequences {
		if !bytes.Equal(want[i*blockSize:(i+1)*blockSize], got[i*blockSize:(i+1)*blockSize]) {
			list = append(list, i)
		}
	}
	return list
}

// both returns the output of each machine, and a note on how they ended if they failed.
func (c *comparer) both(ctx context.Context, sequences []sequence, checks rv64.Checks) (want, got []byte, note string) {
	file, err := c.emulator.program(sequences)
	if err != nil {
		return nil, nil, err.Error()
	}
	if !bytes.Equal(file, c.ran) || c.keepAgnostic != c.ranKeeping {
		if err := c.emulate(ctx, file); err != nil {
			return nil, nil, err.Error()
		}
	}
	want, note = c.wanted, c.ended
	var out bytes.Buffer
	result, err := linux.Execute(ctx, file, linux.Config{Stdout: &out, Checks: checks, VLEN: 8 * uint64(c.emulator.vlenb), KeepAgnostic: c.keepAgnostic, Unratified: true, MaxSteps: 1e9})
	if result.Status != 0 || err != nil {
		note += fmt.Sprintf("rv64: %v %s %s %v", result.Ending, result.Reason, result.Place, err)
		return want, nil, note
	}
	return want, out.Bytes(), note
}

// emulate runs a program under the emulator.
func (c *comparer) emulate(ctx context.Context, file []byte) error {
	c.ran, c.ended = nil, ""
	if err := os.WriteFile(c.file, file, 0o700); err != nil {
		return err
	}
	out, err := c.emulator.run(ctx, c.keepAgnostic, c.file)
	c.ran, c.ranKeeping, c.wanted = file, c.keepAgnostic, []byte(out.Stdout)
	if err != nil {
		c.ended, c.wanted = err.Error()+"; ", nil
	}
	return nil
}

// explain shrinks a sequence and describes how the machines differ after it.
func (c *comparer) explain(ctx context.Context, q sequence, seed uint64, engine string, checks rv64.Checks) Finding {
	fails := func(q sequence) bool { return ctx.Err() == nil && len(c.differing(ctx, []sequence{q}, checks)) > 0 }
	q = shrink(q, fails)
	want, got, note := c.both(ctx, []sequence{q}, checks)
	f := Finding{Seed: seed, Engine: engine, Differences: c.emulator.differences(want, got)}
	if note != "" {
		f.Differences = append(f.Differences, note)
	}
	for _, g := range q.groups {
		f.Instructions = append(f.Instructions, g...)
	}
	for i := 1; i < 31; i++ {
		if v := q.start.x[i]; v != 0 {
			f.Start = append(f.Start, fmt.Sprintf("%v = %#x", isa.X(i), v))
		}
	}
	for i, v := range q.start.f {
		if v != 0 {
			f.Start = append(f.Start, fmt.Sprintf("%v = %#x", isa.F(i), v))
		}
	}
	f.Start = append(f.Start, fmt.Sprintf("fcsr = %#x", q.start.fcsr))
	if !q.vector {
		return f
	}
	f.Start = append(f.Start, fmt.Sprintf("vcsr = %#x", q.start.vcsr))
	for i := range 32 {
		size := c.emulator.vlenb
		if v := q.start.v[size*i : size*(i+1)]; slices.ContainsFunc(v, isSet) {
			f.Start = append(f.Start, fmt.Sprintf("%v = %x", isa.V(i), v))
		}
	}
	return f
}

// differences returns the words in which two blocks differ.
func (l layout) differences(want, got []byte) []string {
	blockSize := l.blockSize()
	if len(want) != blockSize || len(got) != blockSize {
		return []string{fmt.Sprintf("%s wrote %d bytes, rv64 %d", Emulator, len(want), len(got))}
	}
	var list []string
	for at := 0; at < blockSize; at += 8 {
		w, g := binary.LittleEndian.Uint64(want[at:]), binary.LittleEndian.Uint64(got[at:])
		if w != g {
			list = append(list, fmt.Sprintf("%s: %s %#x, rv64 %#x", l.wordName(at+blockStart), Emulator, w, g))
		}
	}
	return list
}

// wordName returns the name of a word of the block at an offset from pointer.
func (l layout) wordName(offset int) string {
	switch {
	case offset < fOffset:
		return isa.X((offset - xOffset) / 8).String()
	case offset < fcsrOffset:
		return isa.F((offset - fOffset) / 8).String()
	case offset == fcsrOffset:
		return "fcsr"
	case offset == vcsrOffset:
		return "vcsr"
	case offset == vlOffset:
		return "vl"
	case offset == typeOffset:
		return "vtype"
	case offset >= l.vOffset():
		at := offset - l.vOffset()
		return fmt.Sprintf("%v byte %d", isa.V(at/l.vlenb), at%l.vlenb)
	}
	return fmt.Sprintf("memory %+d", offset)
}
