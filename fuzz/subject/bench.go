package subject

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/linux"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// Bench compiles, links and runs exported programs. It keeps its files in a folder of its own. It is not safe for
// concurrent use.
type Bench struct {
	// Witnesses are the compilers that are asked, in their first configuration, whose defect a difference is.
	Witnesses []*Subject

	folder    string
	linker    tools.Tool
	libraries []string // what compilers call: integer and float arithmetic
	runtime   string
	emulator  tools.Tool // of the second machine
	emulates  string     // its processor
	second    error      // why there is no second machine, or nil
	files     int
	skips     Skips // counts the cases that a language cannot say, if it is not nil
}

// NewBench finds the linker, the libraries and the second machine. The error says what is missing.
func NewBench(ctx context.Context) (*Bench, error) {
	linker, err := tools.Find(tools.Ld)
	if err != nil {
		return nil, err
	}
	object, err := Runtime()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "rvfuzz-try-")
	if err != nil {
		return nil, err
	}
	b := &Bench{folder: folder, linker: linker, runtime: filepath.Join(folder, "runtime.o")}
	if err := os.WriteFile(b.runtime, object, 0o644); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	b.findLibraries(ctx)
	b.findEmulator(ctx)
	return b, nil
}

// Close removes the files of the bench.
func (b *Bench) Close() error { return os.RemoveAll(b.folder) }

// findLibraries looks for the libraries of the newest gcc: those of older ones lack f16. A program that needs none is
// linked without.
func (b *Bench) findLibraries(ctx context.Context) {
	as, err := tools.Find(tools.As)
	if err != nil {
		return
	}
	gcc, err := tools.Find(tools.GCC)
	if err != nil {
		return
	}
	object := filepath.Join(b.folder, "errno.o")
	if _, err := as.Run(ctx, errnoSource, "-o", object, "-"); err != nil {
		return
	}
	b.libraries = append(b.libraries, object)
	for _, name := range []string{"libm.a", "libgcc.a"} {
		out, err := gcc.Run(ctx, "", "-print-file-name="+name)
		if path := strings.TrimSpace(out.Stdout); err == nil && filepath.IsAbs(path) {
			b.libraries = append(b.libraries, path)
		}
	}
}

// errnoSource is what the mathematical library needs of a C library: the variable that it writes errors to, of the
// thread, and the guard of stacks.
const errnoSource = `
	.globl errno, __stack_chk_guard, __stack_chk_fail
	.text
__stack_chk_fail:
	unimp
	.bss
	.align 3
__stack_chk_guard:
	.zero 8
	.section .tbss, "awT", @nobits
	.align 2
errno:
	.zero 4
`

func (b *Bench) findEmulator(ctx context.Context) {
	if b.emulator, b.second = tools.Find(tools.QEMU); b.second != nil {
		return
	}
	b.emulates = "max"
	if version, err := b.emulator.Version(ctx); err == nil && !tools.AtLeast(version, "8.2") {
		b.emulates = "rv64,v=true,zba=true,zbb=true,zbs=true,Zfh=true"
	}
}

// Compile compiles a program of cases and links it with the runtime and, if it is mixed, with our part.
func (b *Bench) Compile(ctx context.Context, s *Subject, c *Configuration, text string, cases []*Case) (elf []byte, err error) {
	b.files++
	stem := strconv.Itoa(b.files)
	source := filepath.Join(b.folder, stem+languages[s.Language].extension)
	if err := os.WriteFile(source, []byte(text), 0o644); err != nil {
		return nil, err
	}
	defer os.Remove(source)
	object, err := c.run(ctx, b.folder, stem, source)
	if err != nil {
		return nil, err
	}
	defer os.Remove(object)
	if languages[s.Language].executable {
		return os.ReadFile(object)
	}
	program := filepath.Join(b.folder, stem+".elf")
	defer os.Remove(program)
	args := []string{"-static", "--no-relax", "-nostdlib", "-o", program, object, b.runtime}
	if s.whole != nil {
		ours := filepath.Join(b.folder, stem+".own.o")
		defer os.Remove(ours)
		if err := writeOwn(ours, s.Language, cases); err != nil {
			return nil, err
		}
		args = append(args, ours)
	}
	args = append(args, "--start-group")
	args = append(append(args, b.libraries...), "--end-group")
	if _, err := b.linker.Run(ctx, "", args...); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotLinked, err)
	}
	return os.ReadFile(program)
}

// errNotLinked is wrapped by the error for a program that calls what no library here has.
var errNotLinked = errors.New("not linked")

// Bounds of the processor time of a command of a compiler for a program, and of an emulator that runs it.
const (
	compileTime = 2 * time.Minute
	emulateTime = 30 * time.Second
)

// Machine is what runs an executable.
type Machine int

// The machines: this project's without and with its checks, and qemu.
const (
	Quick Machine = iota
	Checked
	Second
)

// The machine may take stepsPerInstruction instructions for one of AIR, stepsPerByte for the copies and the report of a
// byte of a global, and slackSteps for each run besides.
const (
	stepsPerInstruction = 256
	stepsPerByte        = 64
	slackSteps          = 1 << 21
	startSteps          = 1 << 22 // of the runtime of the language
)

// stepsOf bounds the instructions of the runs of cases.
func stepsOf(cases []*Case) (steps uint64) {
	steps = startSteps
	for _, c := range cases {
		for i := range c.Want {
			steps += slackSteps + stepsPerInstruction*c.Want[i].Steps
			for _, g := range c.Want[i].Globals {
				steps += stepsPerByte * uint64(len(g.Bytes))
			}
		}
	}
	return steps
}

// Run runs an executable on a machine with vector registers of vlen bits, 0 for as many as the executable asks for, and
// returns the outcomes of the runs of its cases. Where it ends before all runs are done, the outcomes that are missing
// are Broken: the run that did not end has the reason, the others "not reached".
func (b *Bench) Run(ctx context.Context, elf []byte, vlen uint64, m Machine, cases []*Case) ([][]oracle.Outcome, error) {
	var out bytes.Buffer
	reason := "stopped"
	switch m {
	case Second:
		if b.second != nil {
			return nil, b.second
		}
		said, err := b.emulate(ctx, elf, vlen, &out)
		if err != nil {
			return nil, err
		}
		reason = said
	default:
		said, err := execute(ctx, elf, vlen, m, cases, &out)
		if err != nil {
			return nil, err
		}
		reason = said
	}
	return read(out.Bytes(), cases, reason), nil
}

// execute runs an executable on this project's machine and returns how it ended, if not well. A report may hold
// undefined bytes, which the check of undefined values does not allow: such a program runs without that check.
func execute(ctx context.Context, elf []byte, vlen uint64, m Machine, cases []*Case, out *bytes.Buffer) (ending string, err error) {
	config := linux.Config{Stdout: out, MaxSteps: stepsOf(cases), VLEN: vlen}
	if m == Checked {
		config.Checks = rv64.CheckAll
	}
	exit, err := linux.Execute(ctx, elf, config)
	if err == nil && exit.Reason == "undefined-argument" {
		out.Reset()
		config.Checks &^= rv64.CheckUndefined
		exit, err = linux.Execute(ctx, elf, config)
	}
	if err != nil || exit.Ending == oracle.Exited && exit.Status == 0 {
		return "stopped", err
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", exit.Ending, exit.Reason, exit.Place)), nil
}

// emulate runs an executable on the second machine, which fills agnostic elements with ones, and returns how it ended.
func (b *Bench) emulate(ctx context.Context, elf []byte, vlen uint64, out *bytes.Buffer) (ending string, err error) {
	program := filepath.Join(b.folder, "emulated")
	if err := os.WriteFile(program, elf, 0o755); err != nil {
		return "", err
	}
	emulator := b.emulator
	emulator.CPU = emulateTime
	processor := fmt.Sprintf("%s,vlen=%d,rvv_ta_all_1s=true,rvv_ma_all_1s=true", b.emulates, max(vlen, 128))
	output, err := emulator.Run(ctx, "", "-cpu", processor, program)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	out.WriteString(output.Stdout)
	if err != nil {
		return err.Error(), nil
	}
	return "stopped", nil
}

// read takes the reports of all runs apart.
func read(report []byte, cases []*Case, reason string) [][]oracle.Outcome {
	all := make([][]oracle.Outcome, len(cases))
	for i, c := range cases {
		endings := export.Endings(c.Module)
		all[i] = make([]oracle.Outcome, len(c.Runs))
		for k := range c.Runs {
			size := reportSize(&c.Want[k], c, k)
			if len(report) < size {
				all[i][k] = oracle.Outcome{Ending: oracle.Broken, Reason: reason}
				report, reason = nil, notReached
				continue
			}
			all[i][k] = readOne(report[:size], c, k, endings)
			report = report[size:]
		}
	}
	return all
}

const notReached = "not reached"

// codeSize is the size of the code of the end at the start of a report.
const codeSize = 8

func reportSize(want *oracle.Outcome, c *Case, run int) int {
	size := codeSize + int(c.Module.Func(c.Runs[run].Func).Type.Elem.Size())
	for i := range want.Globals {
		size += len(want.Globals[i].Bytes)
	}
	return size
}

// readOne takes the report of one run apart.
func readOne(report []byte, c *Case, run int, endings map[uint32]oracle.Outcome) oracle.Outcome {
	code := uint32(binary.LittleEndian.Uint64(report))
	o, known := endings[code]
	if !known {
		o = oracle.Outcome{Ending: oracle.Broken, Reason: fmt.Sprintf("end of code %#x", code)}
	}
	report = report[codeSize:]
	size := int(c.Module.Func(c.Runs[run].Func).Type.Elem.Size())
	if o.Ending == oracle.Returned {
		o.Result = report[:size]
	}
	report = report[size:]
	for _, g := range c.Want[run].Globals {
		o.Globals = append(o.Globals, oracle.Memory{Name: g.Name, Bytes: report[:len(g.Bytes)]})
		report = report[len(g.Bytes):]
	}
	return o
}
