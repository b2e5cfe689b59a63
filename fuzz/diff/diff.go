package diff

import (
	"errors"
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// Case is what Check judges.
type Case struct {
	Module  *air.Module
	Runs    []gen.Run
	Options backend.Options
}

// Config says how a Checker judges. A zero field means its default.
type Config struct {
	// Steps bounds the AIR instructions of a run; 100,000, far above what the
	// generator promises. The machine gets 64 instructions for each of them.
	Steps uint64
	// Self asks for the self checks, which cost more than all else: printing
	// and reading back, and compiling twice. Campaigns ask now and then.
	Self bool
	// Judge decodes emitted words; nil makes a new one. Checkers may share one.
	Judge *decode.Decoder
}

// Verdict is what Check found.
type Verdict struct {
	// Divergence is what is wrong with us, or nil.
	Divergence *Divergence
	// Discarded says why the case says nothing; empty where it does.
	Discarded string
	// Endings counts how the runs ended, and Steps their AIR instructions.
	Endings [oracle.Unsupported + 1]int
	Steps   uint64
}

// Divergence is a defect made visible.
type Divergence struct {
	Signature Signature
	// Run is the position of the run that shows it, or -1.
	Run int
	// Detail tells a person what was seen.
	Detail string
}

// stages is the judgement of a case, in order. A stage says done when the
// verdict is reached.
var stages = [...]struct {
	name string
	run  func(*Checker) (done bool)
}{
	{"verify", (*Checker).verify},
	{"compile", (*Checker).compile},
	{"encode", (*Checker).judgeWords},
	{"load", (*Checker).load},
	{"evaluate", (*Checker).prepare},
	{"execute", (*Checker).runAll},
	{"self", (*Checker).selfCheck},
}

// Checker judges cases and reuses its memory. It is not safe for concurrent use.
type Checker struct {
	config  Config
	machine *rv64.Machine
	host    host

	// What the stages hand on.
	c       *Case
	stage   string
	image   *backend.Image
	program *eval.Program
	verdict Verdict
}

// NewChecker makes a Checker.
func NewChecker(config Config) *Checker {
	if config.Steps == 0 {
		config.Steps = 100_000
	}
	if config.Judge == nil {
		config.Judge = decode.New()
	}
	return &Checker{config: config, machine: rv64.New(rv64.Config{Checks: rv64.CheckAll, TrapMisaligned: true})}
}

// Check judges a case.
func (k *Checker) Check(c *Case) (v Verdict) {
	k.c, k.image, k.program, k.verdict = c, nil, nil, Verdict{}
	defer func() {
		if broken := recover(); broken != nil {
			k.object(Signature{Oracle: "self", Kind: "panic", Site: k.stage, Tag: firstWords(fmt.Sprint(broken))}, -1, panicText(broken))
		}
		v = k.verdict
	}()
	for i := range stages {
		k.stage = stages[i].name
		if stages[i].run(k) {
			break
		}
	}
	return k.verdict
}

// object ends the judgement with a divergence.
func (k *Checker) object(s Signature, run int, detail string) (done bool) {
	k.verdict.Discarded = ""
	k.verdict.Divergence = &Divergence{Signature: s, Run: run, Detail: detail}
	return true
}

// discard ends the judgement without one.
func (k *Checker) discard(reason string) (done bool) {
	k.verdict.Discarded = reason
	return true
}

// verify holds the module to the rules of AIR.
func (k *Checker) verify() bool {
	if err := air.Verify(k.c.Module); err != nil {
		return k.discard("rejected: " + err.Error())
	}
	return false
}

// compile makes the image. What is not supported is no defect; any other
// refusal of a valid module is.
func (k *Checker) compile() bool {
	image, err := backend.Compile(k.c.Module, k.options())
	var unsupported *air.Unsupported
	switch {
	case errors.As(err, &unsupported):
		return k.discard("unsupported: " + unsupported.What)
	case err != nil:
		return k.object(Signature{Oracle: "self", Kind: "compile", Tag: firstWords(err.Error())}, -1, err.Error())
	}
	k.image = image
	return false
}

// options are the case's, with what judging needs.
func (k *Checker) options() backend.Options {
	o := k.c.Options
	o.Verify, o.Locations = true, true
	return o
}

// prepare makes the module ready for the evaluator, with globals and functions
// where the image has them.
func (k *Checker) prepare() bool {
	p, err := eval.New(k.c.Module, eval.Config{MaxSteps: k.config.Steps, Addresses: k.addresses(), Externs: answer})
	if err != nil {
		return k.discard("unsupported: " + err.Error())
	}
	k.program = p
	return false
}

// addresses gives where the image has the globals and functions.
func (k *Checker) addresses() map[string]uint64 {
	addresses := make(map[string]uint64, len(k.image.Symbols))
	for i := range k.image.Symbols {
		addresses[k.image.Symbols[i].Name] = k.image.Symbols[i].Addr
	}
	return addresses
}

// runAll executes every run both ways and compares.
func (k *Checker) runAll() bool {
	for i := range k.c.Runs {
		if k.runOne(i) {
			return true
		}
	}
	return false
}

// The machine may take stepsPerInstruction instructions for one of AIR, and
// slackSteps more for copies of large arrays.
const (
	stepsPerInstruction = 64
	slackSteps          = 1 << 18
)

func (k *Checker) runOne(i int) bool {
	run := &k.c.Runs[i]
	want := k.program.Call(run.Func, run.Args)
	k.verdict.Endings[want.Ending]++
	k.verdict.Steps += want.Steps
	switch want.Ending {
	case oracle.Illegal, oracle.Unsupported:
		return k.discard(want.Ending.String() + ": " + want.Reason + " at " + want.Place)
	}
	if want.Ending == oracle.OutOfSteps {
		return k.runEndless(i, want.Steps)
	}
	got := k.execute(run, want.Steps*stepsPerInstruction+slackSteps)
	if d := weigh(&want, &got); d != nil {
		return k.locate(i, d)
	}
	return false
}

// OutOfSteps is why a case says nothing in which the evaluator did not come to an end.
const OutOfSteps = "out of steps"

// runEndless executes the beginning of a run whose end the evaluator did not
// see: there is nothing to compare, but no rule may be broken.
func (k *Checker) runEndless(i int, steps uint64) bool {
	k.verdict.Discarded = OutOfSteps
	got := k.execute(&k.c.Runs[i], steps)
	if got.Ending == oracle.Broken {
		return k.locate(i, &objection{"state", difference{kind: got.Reason, detail: got.Reason + ": " + got.Place}})
	}
	return false
}

// weigh compares the outcomes of a run, and names the oracle that objects.
func weigh(want, got *oracle.Outcome) *objection {
	switch got.Ending {
	case oracle.Broken:
		return &objection{"state", difference{kind: got.Reason, detail: got.Reason + ": " + got.Place}}
	case oracle.OutOfSteps:
		return &objection{"value", difference{kind: "steps", detail: fmt.Sprintf("the code does not end after %d instructions; the evaluator %s after %d", got.Steps, ending(want), want.Steps)}}
	}
	if d := compare(want, got); d != nil {
		return &objection{"value", *d}
	}
	return nil
}

// objection is a difference and the oracle that saw it.
type objection struct {
	oracle string
	difference
}
