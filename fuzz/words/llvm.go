package words

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// llvm is llvm-mc, which assembles and disassembles.
type llvm struct {
	mc      tools.Tool
	version string
	common  string // the features that exclude no others
}

func findLLVM(ctx context.Context) ([]*Tool, error) {
	return findVersions(ctx, tools.LLVMMC, "19", func(mc tools.Tool, version string) (*Tool, error) {
		common := columnOf(func(s *Support) string { return s.LLVM.In(version) })
		l := llvm{mc, version, joinFeatures(common)}
		return &Tool{"llvm-mc", version, func(op isa.Op) bool { return l.features(op) != "" }, l.disassemble, l.assemble}, nil
	})
}

// findVersions makes a Tool of each installed version of a program from the oldest one on that the table of support is
// about. It is an error if there is none.
func findVersions(ctx context.Context, name, oldest string, make func(program tools.Tool, version string) (*Tool, error)) ([]*Tool, error) {
	var found []*Tool
	for _, program := range tools.FindAll(name) {
		version, err := program.Version(ctx)
		if err != nil {
			return nil, err
		}
		if !tools.AtLeast(version, oldest) {
			continue
		}
		tool, err := make(program, version)
		if err != nil {
			return nil, err
		}
		found = append(found, tool)
	}
	if found == nil {
		return nil, fmt.Errorf("%s %s is %w", name, oldest, tools.ErrNotInstalled)
	}
	return found, nil
}

// exclusive marks features in the table of support that exclude others.
const exclusive = "only:"

// joinFeatures returns the names that exclude no others, separated by commas.
func joinFeatures(names []string) string {
	return strings.Join(slices.DeleteFunc(names, func(name string) bool { return strings.HasPrefix(name, exclusive) }), ",")
}

// features returns the features that llvm-mc must have for an instruction, or "" if it lacks it.
func (l llvm) features(op isa.Op) string { return SupportOf(op).LLVM.In(l.version) }

// switches returns the features that a run for an instruction has.
func (l llvm) switches(op isa.Op) string {
	if features, ok := strings.CutPrefix(l.features(op), exclusive); ok {
		return features
	}
	return l.common
}

// llvmRun is the instructions that one run of llvm-mc is about.
type llvmRun struct {
	features string
	from     []int // their positions among all
}

func (l llvm) runs(insts []isa.Inst) []llvmRun {
	var runs []llvmRun
	for i, in := range insts {
		features := l.switches(in.Op)
		k := slices.IndexFunc(runs, func(r llvmRun) bool { return r.features == features })
		if k < 0 {
			k = len(runs)
			runs = append(runs, llvmRun{features: features})
		}
		runs[k].from = append(runs[k].from, i)
	}
	return runs
}

func (r llvmRun) args(more ...string) []string {
	return append([]string{"-triple=riscv64", "-mattr=+" + strings.ReplaceAll(r.features, ",", ",+"), "-M", "no-aliases"}, more...)
}

var (
	llvmWarning  = regexp.MustCompile(`(?m)^<stdin>:(\d+):\d+: warning`)
	llvmError    = regexp.MustCompile(`(?m)^<stdin>:(\d+):\d+: error`)
	llvmEncoding = regexp.MustCompile(`encoding: \[([^\]]*)\]`)
)

// disassemble reads rejected words, of which there is no text, from the warnings. Version 23 has status 1 if there is one.
func (l llvm) disassemble(ctx context.Context, insts []isa.Inst) ([]string, error) {
	code, err := codeOf(insts)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(insts))
	for _, run := range l.runs(insts) {
		var src strings.Builder
		for _, i := range run.from {
			src.WriteString(llvmBytes(code[i]) + "\n")
		}
		out, err := l.mc.Run(ctx, src.String(), run.args("--disassemble")...)
		if out.Status < 0 {
			return nil, err
		}
		lines := strings.FieldsFunc(strings.Replace(out.Stdout, "\t.text\n", "", 1), func(r rune) bool { return r == '\n' })
		if err := run.deal(lines, out.Stderr, llvmWarning, func(i int, line string) { texts[i] = strings.TrimSpace(line) }); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// assemble reads rejected lines, of which there is no encoding, from the errors, like disassemble.
func (l llvm) assemble(ctx context.Context, insts []isa.Inst) ([]Assembled, error) {
	words := make([]Assembled, len(insts))
	for _, run := range l.runs(insts) {
		var src strings.Builder
		for _, i := range run.from {
			src.WriteString(sourceLine(insts[i], insts[i].String()))
		}
		out, err := l.mc.Run(ctx, src.String(), run.args("-show-encoding")...)
		if out.Status < 0 {
			return nil, err
		}
		var lists []string
		for _, m := range llvmEncoding.FindAllStringSubmatch(out.Stdout, -1) {
			lists = append(lists, m[1])
		}
		if err := run.deal(lists, out.Stderr, llvmError, func(i int, list string) { words[i] = Assembled{llvmWord(list), true} }); err != nil {
			return nil, err
		}
	}
	return words, nil
}

// deal hands out the answers to the instructions of the run that the messages do not name.
func (r llvmRun) deal(answers []string, messages string, pattern *regexp.Regexp, take func(at int, answer string)) error {
	rejected, err := linesIn(messages, pattern)
	if err != nil {
		return err
	}
	if len(answers) != len(r.from)-len(rejected) {
		return fmt.Errorf("words: llvm-mc: %d answers for %d lines of which %d are rejected: %.200s",
			len(answers), len(r.from), len(rejected), messages)
	}
	for i, at := range r.from {
		if !rejected[i] {
			take(at, answers[0])
			answers = answers[1:]
		}
	}
	return nil
}

// llvmBytes writes a word as llvm-mc reads it.
func llvmBytes(w uint32) string {
	if w&3 != 3 {
		return fmt.Sprintf("[%#02x %#02x]", w&0xff, w>>8)
	}
	return fmt.Sprintf("[%#02x %#02x %#02x %#02x]", w&0xff, w>>8&0xff, w>>16&0xff, w>>24)
}

// llvmWord reads the bytes of an encoding.
func llvmWord(list string) uint32 {
	var w uint32
	for i, b := range strings.Split(list, ",") {
		v, _ := strconv.ParseUint(strings.TrimSpace(b), 0, 8) // a fixup, "A", leaves 0 and so a difference
		w |= uint32(v) << (8 * i)
	}
	return w
}
