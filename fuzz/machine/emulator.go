package machine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// QEMU is an installed qemu-riscv64, with the processor that it emulates here.
type QEMU struct {
	layout
	tool    tools.Tool
	Version string
	model   string          // the processor: a model and its properties
	command string          // of the shell, in place of the tool and the model, or ""
	known   []knownBug      // of this version
	has     map[string]bool // by the text of the table of support, whether the processor has the property
	// fillsAgnostic means that it can fill agnostic elements with ones.
	fillsAgnostic bool
}

// FindQEMU returns the newest qemu-riscv64, with vector registers of some bits, or 128 if they are 0. It asks it for each property of the table of support, by running a program that only
// ends. The error says that there is none, or that it does not run such a program.
func FindQEMU(ctx context.Context, vlen uint64) (*QEMU, error) {
	tool, err := tools.Find(tools.QEMU)
	if err != nil {
		return nil, fmt.Errorf("machine: %w", err)
	}
	return newQEMU(ctx, tool, vlen)
}

func newQEMU(ctx context.Context, tool tools.Tool, vlen uint64) (*QEMU, error) {
	if vlen == 0 {
		vlen = 128
	}
	q := &QEMU{tool: tool, layout: layout{int(vlen) / 8}, model: fmt.Sprintf("rv64,v=true,vlen=%d,elen=64", vlen), has: map[string]bool{"yes": true}}
	dir, err := os.MkdirTemp("", "machine")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file, err := q.program(nil)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "program")
	if err := os.WriteFile(path, file, 0o700); err != nil {
		return nil, err
	}
	starts := func(model string) error {
		_, err := tool.Run(ctx, "", "-cpu", model, path)
		return err
	}
	if q.Version, err = tool.Version(ctx); err != nil {
		return nil, fmt.Errorf("machine: %w", err)
	}
	q.known = q.bugs()
	if err := starts(q.model); err != nil {
		return nil, fmt.Errorf("machine: %s %s does not run a program: %w", tool.Name, q.Version, err)
	}
	model := q.model
	for _, row := range isa.Rows() {
		property := words.SupportOf(row.Op).QEMU
		if _, asked := q.has[property]; asked || property == "" {
			continue
		}
		q.has[property] = false
		for _, name := range strings.Split(property, "|") {
			if starts(q.model+","+name+"=true") == nil {
				q.has[property] = true
				model += "," + name + "=true"
			}
		}
	}
	if q.model = model; starts(model) != nil {
		return nil, fmt.Errorf("machine: %s %s does not start with the properties %s together", tool.Name, q.Version, model)
	}
	q.fillsAgnostic = starts(model+fillAgnostic) == nil
	return q, ctx.Err()
}

// NewEmulator returns an emulator that a shell command starts, with the path of an executable as its last argument. It
// is taken to have every extension of user mode, with vector registers of some bits, or 128 if they are 0, and to leave
// agnostic elements as they are. The error says that it does not run a program that only ends.
func NewEmulator(ctx context.Context, command string, vlen uint64) (*QEMU, error) {
	if vlen == 0 {
		vlen = 128
	}
	q := &QEMU{tool: tools.Tool{Name: command, Path: "/bin/sh"}, command: command, layout: layout{int(vlen) / 8}, has: map[string]bool{}}
	for _, row := range isa.Rows() {
		if property := words.SupportOf(row.Op).QEMU; property != "" {
			q.has[property] = true
		}
	}
	file, err := q.program(nil)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "machine")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "program")
	if err := os.WriteFile(path, file, 0o700); err != nil {
		return nil, err
	}
	if _, err := q.run(ctx, true, path); err != nil {
		return nil, fmt.Errorf("machine: %.60q does not run a program: %w", command, err)
	}
	return q, nil
}

// run runs an executable.
func (q *QEMU) run(ctx context.Context, keepAgnostic bool, path string) (tools.Output, error) {
	switch {
	case q.command != "":
		return q.tool.Run(ctx, "", "-c", q.command+` "$0"`, path)
	case !keepAgnostic:
		return q.tool.Run(ctx, "", "-cpu", q.model+fillAgnostic, path)
	}
	return q.tool.Run(ctx, "", "-cpu", q.model, path)
}

// fillAgnostic are the properties of a processor that fills agnostic elements of vector registers with ones.
const fillAgnostic = ",rvv_ta_all_1s=true,rvv_ma_all_1s=true"

// Name returns the name of the program with its version.
func (q *QEMU) Name() string { return strings.TrimSpace(q.tool.Name + " " + q.Version) }

// Absence is an instruction of the table that is not compared.
type Absence struct{ Mnemonic, Extension, Why string }

// Absent returns the instructions that are not compared, in the order of the table.
func (q *QEMU) Absent() []Absence {
	var list []Absence
	for _, row := range isa.Rows() {
		if why := q.why(row); why != "" {
			list = append(list, Absence{row.Mnemonic, row.Ext, why})
		}
	}
	return list
}

// Compared returns the mnemonics of the instructions that a run without Config.Extensions compares.
func (q *QEMU) Compared() []string {
	var list []string
	for _, row := range isa.Rows() {
		if q.why(row) == "" {
			list = append(list, row.Mnemonic)
		}
	}
	return list
}

// why returns the reason for which an instruction is not compared, or "".
func (q *QEMU) why(row isa.Row) string {
	support := words.SupportOf(row.Op)
	switch {
	case endsProgram[row.Mnemonic]:
		return "ends or leaves the program"
	case !q.has[support.QEMU]:
		return q.Name() + " lacks the extension, or an unprivileged program may not use it"
	case !support.Machine:
		return "the reference machine lacks it"
	}
	for _, b := range q.known {
		if b.avoid == nil && b.concerns(isa.Inst{Op: row.Op}) {
			return q.Name() + ": " + b.why
		}
	}
	return ""
}

var endsProgram = map[string]bool{"ecall": true, "ebreak": true, "c.ebreak": true}
