// Package backend compiles a module of AIR to riscv64 machine code.
//
//	m, err := air.Parse("inc.air", text)
//	image, err := backend.Compile(m, backend.Options{})
//	inc, ok := image.Symbol("inc")
//
// Compile is the list of stages, each a function from one data type to the next:
//
//	air.Module -> legalize -> liveness -> promote -> codegen -> lower -> emit -> link -> Image
//
// An *air.Unsupported in the error chain names a legal instruction, type or global that the backend does not compile. A
// panic means that the backend broke one of its own rules.
package backend

import (
	"errors"
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/debug"
	"github.com/rvfuzz/rvfuzz/backend/emit"
	"github.com/rvfuzz/rvfuzz/backend/legalize"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
	"github.com/rvfuzz/rvfuzz/backend/lower"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/backend/promote"
)

// Image is a program with final addresses.
type Image = link.Image

// Compile compiles and links a module. Extern functions become stubs; a function main without parameters gets a
// _start.
func Compile(m *air.Module, o Options) (*Image, error) { return new(Compiler).Compile(m, o) }

// Compiler compiles modules one after another, reusing its memory. The zero Compiler is ready. It is not safe for
// concurrent use.
type Compiler struct {
	// Lap, if set, is called after every stage with its name, for benchmarks.
	Lap func(stage string)

	generator *codegen.Generator
	spare     Stages // the results for a function that are no longer needed
	parts     parts
	objects   []link.Object
	functions []*debug.Function
	linker    link.Linker
	verifier  air.Verifier
	analyzer  liveness.Analyzer
	planner   promote.Planner
	deaths    liveness.Verifier
}

// Compile is the function Compile. The image has none of the Compiler's memory.
func (c *Compiler) Compile(m *air.Module, o Options) (*Image, error) {
	objects, err := c.compileAll(m, o)
	if err != nil {
		return nil, err
	}
	c.lap("data")
	link := LinkOptions(m)
	link.Reverse, link.High = o.Reverse, o.High
	image, err := c.linker.Link(objects, link)
	c.lap("link")
	if cap(c.parts.locations) > maxKept {
		*c = Compiler{Lap: c.Lap}
	}
	return image, err
}

// maxKept bounds the location records whose memory is kept for the next module, about 10 MB.
const maxKept = 1 << 17

// Objects compiles the functions of the module and lays out its globals: functions first, each in the order of
// declaration. The result and LinkOptions are the input of link.WriteObject. Thread-local globals are each thread's own,
// which those of Compile, with its one thread, are not.
func Objects(m *air.Module, o Options) ([]link.Object, error) {
	o.threads, o.file = true, true
	return new(Compiler).compileAll(m, o)
}

// compileAll returns the objects of a module and what they need of the runtime library. They are valid until the next
// module is compiled.
func (c *Compiler) compileAll(m *air.Module, o Options) ([]link.Object, error) {
	objects, err := c.compileModule(m, o)
	if err != nil {
		return nil, err
	}
	c.objects = AppendLibrary(objects)
	if o.threads {
		for i := range c.objects {
			if c.objects[i].Name == codegen.TraceSymbol {
				c.objects[i].Section = link.TBSS
			}
		}
	}
	if o.file {
		c.objects = append(c.objects, attributes(o.Target))
	}
	if o.Debug {
		c.objects = append(c.objects, debug.Sections(m, c.objects, c.functions)...)
	}
	return c.objects, nil
}

// compileModule returns the objects of a module.
func (c *Compiler) compileModule(m *air.Module, o Options) ([]link.Object, error) {
	if o.Verify && !o.Verified {
		if err := air.Verify(m); err != nil {
			return nil, err
		}
	}
	objects := c.objects[:0]
	c.begin()
	for _, f := range m.Funcs {
		if isExtern(f) {
			continue
		}
		stages, err := c.compile(m, f, o)
		if err != nil {
			return nil, err
		}
		objects = append(objects, c.parts.object(stages.Code, f.Align))
		if o.Debug {
			c.functions = append(c.functions, debug.Describe(stages.Legal.Func, stages.Code))
		}
		c.spare = *stages
	}
	return appendGlobals(objects, m, o)
}

// Stages holds the results of the stages for one function.
type Stages struct {
	Legal    legalize.Func
	Liveness *liveness.Liveness
	Plan     *promote.Plan // nil if no variable lives in a register
	MIR      *mir.Function
	Lowered  *lower.Code
	Code     *emit.Function
}

// CompileFunc compiles one function of the module and returns the results of its stages.
func CompileFunc(m *air.Module, f *air.Func, o Options) (*Stages, error) {
	if isExtern(f) {
		return nil, fmt.Errorf("backend: @%s has no body", f.Name)
	}
	var c Compiler
	c.begin()
	return c.compile(m, f, o)
}

// begin prepares for another module.
func (c *Compiler) begin() {
	if c.generator == nil {
		c.generator = codegen.NewGenerator()
	}
	c.generator.Reset()
	c.parts.reset()
	c.functions = nil
	c.verifier.Forget()
	if c.spare.Code != nil {
		c.spare.Code.Reuse()
	}
}

// compile compiles a function in the memory of the spare results, if there are any.
func (c *Compiler) compile(m *air.Module, f *air.Func, o Options) (*Stages, error) {
	s := c.spare
	c.spare = Stages{}
	var err error
	s.Legal = o.Legalize(f)
	c.lap("legalize")
	if o.Verify && s.Legal.Func != f {
		mustHold("air.VerifyFunc", f, c.verifier.VerifyFunc(m, s.Legal.Func))
		c.lap("verify-legal")
	}
	s.Liveness = c.analyzer.Analyze(s.Legal.Func)
	c.lap("liveness")
	if o.Verify {
		mustHold("liveness.Verify", f, c.deaths.Verify(s.Legal.Func, s.Liveness))
		c.lap("verify-liveness")
	}
	if err := c.generate(m, &s, o); err != nil {
		return nil, err
	}
	c.lap("codegen")
	if o.Verify {
		mustHold("mir.Verify", f, mir.Verify(s.MIR))
		c.lap("verify-mir")
	}
	if s.Lowered, err = lower.LowerInto(s.Lowered, s.MIR); err != nil {
		return nil, err
	}
	c.lap("lower")
	s.Code, err = emit.EmitInto(s.Code, s.Lowered, o.emit())
	c.lap("emit")
	return &s, err
}

// generate plans which variables live in registers and generates the MIR. Where an instruction turns out to change their
// registers, the plan is made again without those that calls change, and then given up.
func (c *Compiler) generate(m *air.Module, s *Stages, o Options) error {
	to, limits := o.codegen(), promote.Limits{Allocatable: abi.Limited(o.Registers), Halves: o.Target.Zfh}
	for {
		if s.Plan = nil; !o.PromoteOff {
			s.Plan = c.planner.Plan(s.Legal.Func, limits)
		}
		if o.Verify {
			mustHold("promote.Verify", s.Legal.Source, promote.Verify(s.Legal.Func, s.Plan, limits))
		}
		c.lap("promote")
		to.Plan = s.Plan
		c.generator.Recycle(s.MIR)
		var err error
		s.MIR, err = c.generator.Generate(s.Legal, m, s.Liveness, to)
		if !errors.Is(err, codegen.ErrHomes) {
			return err
		}
		o.PromoteOff = limits.Preserved
		limits.Preserved = true
	}
}

func (c *Compiler) lap(stage string) {
	if c.Lap != nil {
		c.Lap(stage)
	}
}

// mustHold panics if the result of a stage breaks a rule.
func mustHold(rule string, f *air.Func, err error) {
	if err != nil {
		panic(fmt.Sprintf("backend: func @%s: %s holds: %v", f.Name, rule, err))
	}
}

func isExtern(f *air.Func) bool { return f.Extern || len(f.Body) == 0 }

// LinkOptions returns what package link takes besides the Objects of a module.
func LinkOptions(m *air.Module) link.Options {
	var o link.Options
	for _, f := range m.Funcs {
		if isExtern(f) {
			o.Externs = append(o.Externs, f.Name)
		} else if f.Name == "main" {
			o.Start = startOf(f.Type)
		}
	}
	return o
}

// startOf returns how a program starts whose main has type t, or link.NoStart if that cannot be a program.
func startOf(t *air.Type) link.Start {
	result := t.Elem
	switch {
	case len(t.Params) > 0:
		return link.NoStart
	case result.Kind == air.ErrorUnion && !result.Elem.HasBits():
		return link.StartError
	case !result.HasBits():
		return link.StartVoid
	case result.Kind == air.Int && result.Bits <= 64:
		return link.StartValue
	}
	return link.NoStart
}
