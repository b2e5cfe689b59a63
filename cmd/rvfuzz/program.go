package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

// readModule reads, parses and verifies a file of AIR text.
func readModule(cmd *cobra.Command, name string) (*air.Module, error) {
	text, err := readInput(cmd, name)
	if err != nil {
		return nil, err
	}
	return parseModule(displayName(name), text)
}

func parseModule(name string, text []byte) (*air.Module, error) {
	m, err := air.Parse(name, text)
	if err != nil {
		return nil, err
	}
	return m, (&corpus.Entry{Name: name, Air: string(text), Module: m}).Verify()
}

// program is a corpus entry whose program parses, or AIR text as an entry that runs @main or else every function without
// parameters.
type program struct {
	*corpus.Entry
	isText bool // AIR text
}

// givenOptions returns the value of the flag --options, or nil if the command line has none.
func givenOptions(cmd *cobra.Command) *string {
	f := cmd.Flags().Lookup("options")
	if !f.Changed {
		return nil
	}
	value := f.Value.String()
	return &value
}

// readProgram reads a program. Options replace the entry's unless they are nil.
func readProgram(cmd *cobra.Command, name string, options *string) (*program, error) {
	data, err := readInput(cmd, name)
	if err != nil {
		return nil, err
	}
	return parseInput(name, data, options)
}

// parseInput is readProgram of a file that has been read.
func parseInput(name string, data []byte, options *string) (p *program, err error) {
	p = &program{isText: isAIR(name, data)}
	if p.Entry, err = parseProgram(displayName(name), data, p.isText); err != nil || options == nil {
		return p, err
	}
	if _, err := backend.ParseOptions(*options); err != nil {
		return nil, fmt.Errorf("--options: %w", err)
	}
	p.Options = *options
	return p, nil
}

func parseProgram(name string, data []byte, isText bool) (*corpus.Entry, error) {
	if isText {
		m, err := parseModule(name, data)
		if err != nil {
			return nil, err
		}
		return &corpus.Entry{Name: name, Air: string(data), Module: m, Runs: runsOf(m)}, nil
	}
	e, err := corpus.Parse(name, data)
	if err == nil && e.Module == nil {
		err = fmt.Errorf("%s: the program does not parse, as the entry expects", name)
	}
	if err == nil && e.Expect.Kind != corpus.Reject {
		e.Name = name
		err = e.Verify()
	}
	return e, err
}

// text returns the program in the form in which it was read.
func (p *program) text() []byte {
	if p.isText {
		return air.Print(p.Module)
	}
	return corpus.Format(p.Entry)
}

// instructions returns the number of AIR instructions of the program.
func (p *program) instructions() (n int) {
	for _, f := range p.Module.Funcs {
		n += len(f.Insts)
	}
	return n
}

// isAIR reports whether a file holds AIR text and not a corpus entry, by its name or else by its sections.
func isAIR(name string, data []byte) bool {
	switch {
	case strings.HasSuffix(name, ".air"):
		return true
	case strings.HasSuffix(name, ".txtar"):
		return false
	}
	return !bytes.HasPrefix(data, []byte("-- ")) && !bytes.Contains(data, []byte("\n-- "))
}

func runsOf(m *air.Module) []corpus.Run {
	if main := m.Func("main"); main != nil && runnable(main) {
		return []corpus.Run{{Func: main.Name}}
	}
	var runs []corpus.Run
	for _, f := range m.Funcs {
		if runnable(f) {
			runs = append(runs, corpus.Run{Func: f.Name})
		}
	}
	return runs
}

func runnable(f *air.Func) bool { return !f.Extern && len(f.Type.Params) == 0 }

// checkLong checks a case that may run for as long as an entry that rvfuzz test replays.
func checkLong(c *diff.Case) (*diff.Checker, diff.Verdict) {
	checker := diff.NewChecker(diff.Config{Self: true})
	verdict := checker.Check(c)
	if verdict.Discarded == diff.OutOfSteps {
		checker = diff.NewChecker(diff.Config{Self: true, Steps: replay.DefaultSteps})
		verdict = checker.Check(c)
	}
	return checker, verdict
}
