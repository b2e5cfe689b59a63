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

// Case is what Check checks.
type Case struct {
	Module  *air.Module
	Runs    []gen.Run
	Options backend.Options
	// Mutated means that the module was changed at random: nobody promises that its runs are legal.
	Mutated bool
	// Rewritten names how the module was changed so that it does what it did, "" if it was not.
	Rewritten string
}

// Config says how a Checker works. A zero field means its default.
type Config struct {
	// Steps bounds the AIR instructions of a run; 100,000, far above what the generator promises. The machine gets 256
	// instructions for each of them.
	Steps uint64
	// Self turns on the self checks, which cost more than all else: printing and reading back, and compiling twice.
	// Campaigns do so now and then.
	Self bool
	// VLEN is the number of bits of the machine's vector registers; 0 means those that the target promises, at least 128.
	VLEN uint64
	// Decoder decodes emitted words; nil makes a new one. Checkers may share one.
	Decoder *decode.Decoder
}

// Verdict is what Check concluded of a case.
type Verdict struct {
	// Divergence is what is wrong with us, or nil.
	Divergence *Divergence
	// Discarded is why the case shows nothing; empty where it does.
	Discarded string
	// Endings counts how the runs ended, and Steps their AIR instructions.
	Endings [oracle.Unsupported + 1]int
	Steps   uint64
	// Evaluation is what the evaluator made of the runs, until the next check; nil if it did not come to all of them.
	Evaluation *Evaluation
}

// Divergence is a defect made visible. As an error it ends a check.
type Divergence struct {
	Signature Signature
	// Run is the position of the run that shows it, or -1.
	Run int
	// Detail describes for a person what was seen.
	Detail string

	at sighting
}

// sighting is where a divergence came to light, for Explain.
type sighting struct {
	pc       uint64             // the instruction to look at, or 0
	atRecord bool               // a record at pc itself is over
	rule     bool               // the code broke a rule of the machine
	first    *mismatch          // or nil
	aspect   *oracle.Difference // or nil
}

// Error returns the signature and the detail.
func (d *Divergence) Error() string { return d.Signature.String() + "\n" + d.Detail }

// Checker checks cases. It keeps memory for the next case, and nothing else of one. It is not safe for concurrent use.
type Checker struct {
	config   Config
	machine  *rv64.Machine
	machines map[uint64]*rv64.Machine // by VLEN
	kernel   kernel                   // of the machines
	verifier air.Verifier
	compiler backend.Compiler
	// The memory of the case before.
	loaded    loaded
	program   eval.Program
	addresses map[string]uint64
	damage    func(*backend.Image) // of tests: a defect of the code
	tracer    *tracer              // nil unless the culprit is looked for
}

// NewChecker returns a Checker.
func NewChecker(config Config) *Checker {
	if config.Steps == 0 {
		config.Steps = 100_000
	}
	if config.Decoder == nil {
		config.Decoder = decode.New()
	}
	k := &Checker{config: config, addresses: map[string]uint64{}, machines: map[uint64]*rv64.Machine{}}
	k.useMachine(config.VLEN)
	return k
}

// useMachine makes the machine one with vector registers of so many bits, 0 for 128.
func (k *Checker) useMachine(vlen uint64) {
	if k.machines[vlen] == nil {
		k.machines[vlen] = rv64.New(rv64.Config{Checks: rv64.CheckAll, TrapMisaligned: true, SpuriousSC: true, VLEN: vlen,
			System: k.kernel.call})
	}
	k.machine = k.machines[vlen]
}

// Self turns the self checks on or off for the following cases.
func (k *Checker) Self(on bool) { k.config.Self = on }

// Check compiles and executes a case, and concludes whether all oracles agree on it.
func (k *Checker) Check(c *Case) (v Verdict) {
	for _, s := range k.stages(c, &v) {
		v.stage(s.name, s.run)
	}
	return v
}

// stage is one step of a check.
type stage struct {
	name string
	run  func() error
}

// stages returns the stages of the check of a case, which run in this order.
func (k *Checker) stages(c *Case, v *Verdict) [7]stage {
	var code *compiled
	var guest *loaded
	var program *eval.Program
	return [...]stage{
		{"verify", func() error { return k.verify(c.Module) }},
		{"compile", func() (err error) { code, err = k.compile(c, c.options()); return err }},
		{"encode", func() error { return k.checkWords(code) }},
		{"self", func() error { return k.selfCheck(code) }},
		{"evaluate", func() (err error) { program, err = k.evaluated(code); return err }},
		{"load", func() error { guest = k.load(code, program); return nil }},
		{"execute", func() error { return k.runAll(guest, v) }},
	}
}

// stage runs a stage unless an earlier one has ended the check. An error that is no Divergence is a reason to discard
// the case, and a panic is a broken rule of our own.
func (v *Verdict) stage(name string, run func() error) {
	if v.Divergence != nil || v.Discarded != "" {
		return
	}
	defer func() {
		if broken := recover(); broken != nil {
			v.Divergence = diverges(Signature{Oracle: "self", Kind: "panic", Site: name, Tag: ruleOf(fmt.Sprint(broken))}, panicText(broken))
		}
	}()
	switch err := run().(type) {
	case nil:
	case *Divergence:
		v.Divergence = err
	default:
		v.Discarded = err.Error()
	}
}

// diverges returns a divergence that no run shows.
func diverges(s Signature, detail string) *Divergence {
	return &Divergence{Signature: s, Run: -1, Detail: detail}
}

// verify discards modules that break the rules of AIR.
func (k *Checker) verify(m *air.Module) error {
	if err := k.verifier.Verify(m); err != nil {
		return fmt.Errorf("rejected: %w", err)
	}
	return nil
}

// compiled is a case with its image.
type compiled struct {
	*Case
	image *backend.Image
}

// compile compiles a case with options. Something unsupported is no defect; any other refusal of a valid module is.
func (k *Checker) compile(c *Case, o backend.Options) (*compiled, error) {
	image, err := k.compiler.Compile(c.Module, o)
	if k.damage != nil && err == nil {
		k.damage(image)
	}
	var unsupported *air.Unsupported
	switch {
	case errors.As(err, &unsupported):
		return nil, errors.New("unsupported: " + unsupported.What)
	case err != nil:
		return nil, diverges(Signature{Oracle: "self", Kind: "compile", Tag: firstWords(err.Error())}, err.Error())
	}
	return &compiled{c, image}, nil
}

// options returns the options of the case with what checking needs. The module has been verified.
func (c *Case) options() backend.Options {
	o := c.Options
	o.Verify, o.Verified, o.Locations = true, true, true
	return o
}

// evaluated prepares a case for evaluation, with globals and functions at the addresses of the image.
func (k *Checker) evaluated(c *compiled) (*eval.Program, error) {
	clear(k.addresses)
	for i := range c.image.Symbols {
		k.addresses[c.image.Symbols[i].Name] = c.image.Symbols[i].Addr
	}
	return k.evaluator(&k.program, c.Module, k.addresses, nil)
}

// evaluator prepares a module for evaluation in the memory of a program.
func (k *Checker) evaluator(p *eval.Program, m *air.Module, addresses map[string]uint64, trace func(eval.Event)) (*eval.Program, error) {
	err := p.Prepare(m, eval.Config{MaxSteps: k.config.Steps, Addresses: addresses, Externs: answer, Trace: trace})
	if err != nil {
		return nil, fmt.Errorf("unsupported: %w", err)
	}
	return p, nil
}

// The machine may take stepsPerInstruction instructions for one of AIR, and slackSteps more for copies of large arrays
// and routines of the runtime library.
const (
	stepsPerInstruction = 256 // as the division of integers of 500 bits takes
	slackSteps          = 1 << 21
)

// OutOfSteps is why a case is discarded that the evaluator did not run to its end.
const OutOfSteps = "out of steps"

// OutOfStack is why a case is discarded whose own locals and values take much of the stack that the code has used up.
const OutOfStack = "out of stack"

// stackShare is the part of the stack, one of so many, that the evaluator may need before an overflow is no defect of the
// code: its frames have copies and saved registers besides.
const stackShare = 8

// runAll executes every run both ways and compares the outcomes. Where the evaluator does not reach the end of a run,
// the code executes its beginning: there is nothing to compare, but no rule may be broken.
func (k *Checker) runAll(g *loaded, v *Verdict) (end error) {
	evaluation := &Evaluation{Program: g.program}
	for i := range g.Runs {
		run := &g.Runs[i]
		want := evaluation.run(g.Case, i)
		k.lap("evaluator-run")
		v.Endings[want.Ending]++
		v.Steps += want.Steps
		steps := want.Steps*stepsPerInstruction + slackSteps
		switch want.Ending {
		case oracle.Illegal, oracle.Unsupported:
			return errors.New(want.Ending.String() + ": " + want.Reason + " at " + want.Place)
		case oracle.OutOfSteps:
			steps, end = want.Steps, errors.New(OutOfSteps)
		}
		got := k.execute(g, run, steps, false)
		k.lap("machine-results")
		if got.Ending == oracle.Unsupported {
			return errors.New("unsupported: " + got.Reason)
		}
		if got.Ending == oracle.OutOfSteps && got.Reason == rv64.StackOverflow && g.program.Peak() > stackSize/stackShare {
			end = errors.New(OutOfStack)
			continue
		}
		if d := oracle.Compare(&want, &got.Outcome, bothOnStack); d != nil {
			return k.locate(g, i, d, got.pc)
		}
	}
	v.Evaluation = evaluation
	return end
}

// lap tells a benchmark that a part of a stage is done.
func (k *Checker) lap(part string) {
	if k.compiler.Lap != nil {
		k.compiler.Lap(part)
	}
}

// belowStack is how far below an allocation an address may be that is still known as derived from it.
const belowStack = 4 << 10

// bothOnStack reports whether two words are addresses of allocations, or near them: each oracle has a stack of its own.
func bothOnStack(want, got uint64) bool {
	return want >= eval.StackBase-belowStack && want < eval.StackBase<<1 && got >= stackBase && got < stackTop
}
