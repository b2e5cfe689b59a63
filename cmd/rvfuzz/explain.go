package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

type explainFlags struct {
	limits isolate.Limits
	json   bool
}

func explainCommand() *cobra.Command {
	flags := explainFlags{limits: longLimits}
	cmd := &cobra.Command{
		Use:   "explain [flags] FILE",
		Short: "Find where evaluator and generated code first differ, and what emitted the code",
		Long: `explain runs the program of a corpus entry, or of a file of AIR text, on both oracles in step and shows the first place
at which they differ:

  - the signature, the run, and what was seen;
  - the culprit, the AIR instruction to blame: its type, the part of the code generator that emitted its code, with file,
    line and function, the register or slot that holds its value, and the value on both sides, as a constant and in
    hexadecimal, part by part for aggregates and vectors;
  - for a value in memory, the store that wrote it;
  - the AIR around it, with the evaluator's values;
  - the machine instructions around it as they were executed: address, registers and memory read and written, the line
    of the code generator that emitted each, and for a load the store that wrote what it loads.

Of a word that a decoder rejects it shows the instructions around it, of something that broke or never ends in our own
code the functions that were active. The program runs in a worker process: one that crashes, or takes more time, memory
or stack than it may, is explained too. AIR text runs its function @main, or without one every function that takes no
parameters. FILE may be - for standard input.

With --json the same facts are one JSON object. "version" and "file" name the build and the program; "conclusion" is
diverges, agrees or discarded (then "reason" says why); "signature", "bucket", "options", "run", "call" and "detail" say
what was seen; "culprit" has func, inst, text, type, site, lowering, parts (path, type, evaluator, code, differs), where,
raw, canonical and pc; "evaluator_continues" and "code_continues" are set where the two go different ways; "air" has the
lines with what evaluator and code hold, "mir" the MIR around the culprit's, "executed" the machine instructions (pc, word, text, air, emitted, read, wrote, memory with its writer), "code"
those that were not executed, "stores" the stores, "stack" the functions that were active, innermost first, "lines" the
run lines that no oracle confirms, and "notes" what could not be found out. Absent parts are left out.

Exit status: 1 if the program diverges, or a run line is wrong.`,
		Example: `  rvfuzz explain work/findings/FINDING.txtar
  rvfuzz explain --json work/findings/FINDING.txtar | jq .culprit
  rvfuzz explain --options "registers=7 spill-all" prog.air`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return explain(cmd, flags, args[0]) },
	}
	f := cmd.Flags()
	f.String("options", "", "code generation options instead of the entry's, such as \"registers=8 compress\"")
	f.BoolVar(&flags.json, "json", false, "print one JSON object")
	limitFlags(f, &flags.limits, "case-")
	return cmd
}

// explainRequest asks a worker to explain a program: a file with its content, or a case of a campaign.
type explainRequest struct {
	Name    string
	Data    []byte
	Options *string // instead of the entry's; nil for those
	Case    *caseNumber
}

// explanation is what explain prints.
type explanation struct {
	Version string `json:"version"`
	File    string `json:"file"`
	*diff.Explanation
	// Lines are the run lines that no oracle confirms.
	Lines []string `json:"lines,omitempty"`
}

func explain(cmd *cobra.Command, flags explainFlags, name string) error {
	data, err := readInput(cmd, name)
	if err != nil {
		return err
	}
	return explainRemotely(cmd, flags, &explainRequest{Name: name, Data: data, Options: givenOptions(cmd)})
}

// explainRemotely has a worker explain a program, and prints the explanation.
func explainRemotely(cmd *cobra.Command, flags explainFlags, r *explainRequest) error {
	if err := checkLimits(flags.limits); err != nil {
		return err
	}
	w := &isolate.Worker{Command: workerProcess(flags.limits, "explain")}
	defer w.Close()
	var x explanation
	var death *isolate.Death
	switch err := w.Do(cmd.Context(), r, &x, testWall); {
	case errors.As(err, &death):
		x.Explanation = diff.Broke(r.survivor(death), deathSignature(death), death.Error()+"\n"+death.Output)
	case err != nil:
		return err
	}
	x.Version, x.File = buildVersion(), displayName(r.Name)
	return x.print(cmd, flags.json)
}

// deathSignature returns the signature of the death of a worker.
func deathSignature(d *isolate.Death) diff.Signature {
	return diff.Signature{Oracle: "self", Kind: d.Kind, Site: d.Stage}
}

// survivor returns the case of a program of which a worker died, or nil if it died of making or reading it.
func (r *explainRequest) survivor(d *isolate.Death) *diff.Case {
	if d.Stage == "air" || d.Stage == "corpus" || d.Stage == "gen" || r.Case != nil {
		return nil
	}
	_, c, err := r.make()
	if err != nil {
		return nil
	}
	return c
}

func (x *explanation) print(cmd *cobra.Command, asJSON bool) error {
	w := cmd.OutOrStdout()
	if asJSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(x); err != nil {
			return failed(err)
		}
	} else {
		fmt.Fprint(w, x.Explanation)
		for _, l := range x.Lines {
			fmt.Fprintln(w, l)
		}
	}
	if x.Conclusion == diff.Diverges || len(x.Lines) > 0 {
		return exit{status: statusFinding}
	}
	return nil
}

// make returns the program and its case.
func (r *explainRequest) make() (*program, *diff.Case, error) {
	if r.Case != nil {
		c, err := r.Case.make()
		return nil, c, err
	}
	p, err := parseInput(r.Name, r.Data, r.Options)
	if err != nil {
		return nil, nil, err
	}
	c, err := replay.Case(p.Entry)
	return p, c, err
}

// serveExplain explains programs as a worker process.
func serveExplain(l isolate.Limits) error {
	return isolate.Main(l, func(_ context.Context, request json.RawMessage, w *isolate.Watch) (any, error) {
		var r explainRequest
		if err := json.Unmarshal(request, &r); err != nil {
			return nil, err
		}
		w.Step(0)
		p, c, err := r.make()
		if err != nil {
			return nil, err
		}
		checker, verdict := checkLong(c)
		if verdict.Divergence == nil && len(c.Runs) == 0 && p != nil && p.isText { // an entry may be one that only compiles
			return nil, fmt.Errorf("%s: nothing to run: no run lines, and no function without parameters", displayName(r.Name))
		}
		x := &explanation{Explanation: checker.Explain(c)}
		if p != nil && !p.isText && x.Conclusion == diff.Agrees {
			x.Lines = replay.WrongLines(checker, c, p.Runs)
		}
		return x, nil
	})
}

// longLimits are those of a worker that checks one program, which may be a test of an imported suite.
var longLimits = isolate.Limits{Time: 2 * time.Minute, Memory: 4 << 30}
