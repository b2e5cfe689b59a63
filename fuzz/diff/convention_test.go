package diff

import (
	"context"
	"fmt"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/calls"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/convention"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// thirdParty is a program whose functions in C the harness calls, and whose calls the harness answers.
type thirdParty struct {
	*testing.T
	program *calls.Program
	elf     []byte
	machine *rv64.Machine
}

// The harness passes arguments and takes results as the functions that gcc and clang compile, and receives arguments and
// gives results as their callers.
func TestThirdParties(t *testing.T) {
	tools.Need(t, tools.Ld)
	found, missing := calls.Find(context.Background())
	for _, err := range missing {
		t.Log(err)
	}
	if len(found) == 0 {
		t.Skip("no C compiler for riscv64 is installed")
	}
	b, err := calls.NewBench()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, c := range found {
		t.Run(c.Name, func(t *testing.T) {
			p := calls.NewProgram(source.New(9), sampled(c, 80))
			elf, err := b.Build(context.Background(), p, calls.Way{Compiler: c, Level: "-O1"})
			if err != nil {
				t.Fatal(err)
			}
			x := &thirdParty{t, p, elf, NewChecker(Config{}).machine}
			for n := range p.Signatures {
				x.callsC(n)
				x.answersC(n)
			}
		})
	}
}

// sampled returns signatures that a compiler has the types of, all of named parameters.
func sampled(c *calls.Compiler, count int) (all []*calls.Signature) {
	for n := uint64(0); len(all) < count; n++ {
		s := calls.Draw(source.New(source.Case(9, 0, n)))
		s.IsVariadic, s.Unnamed = false, nil
		if c.Agrees(s) {
			all = append(all, s)
		}
	}
	return all
}

// load maps the program and the stack of a run.
func (x *thirdParty) load() (*rv64.Machine, map[string]uint64) {
	m := x.machine
	m.Reset()
	symbols, err := calls.Load(m, x.elf)
	if err == nil {
		err = m.Map(rv64.Region{Name: "stack of the run", Addr: stackBase, Size: stackSize, Rights: rv64.Read | rv64.Write})
	}
	if err != nil {
		x.Fatal(err)
	}
	return m, symbols
}

// callsC has the harness call the callee in C of a signature.
func (x *thirdParty) callsC(n int) {
	m, functions := x.load()
	fn := x.program.Type(n)
	arguments, result := x.program.Arguments(n)
	values := make([]*air.Value, len(arguments))
	bytes := map[*air.Value][]byte{}
	for i, a := range arguments {
		values[i] = &air.Value{Type: fn.Params[i], Kind: air.Undef}
		if s, ok := fn.Params[i].Scalar(); ok && s.Bits <= 64 && !fn.Params[i].IsPointerLike() { // as runs have numbers
			values[i], _ = Constant(fn.Params[i], x.program.Value(a), nil, nil)
		}
		bytes[values[i]] = x.program.Value(a)
	}
	lay := func(v *air.Value) ([]byte, []byte, error) { return bytes[v], nil, nil }
	if err := passArguments(m, convention.Of(fn), fn, values, lay); err != nil {
		x.Fatal(err)
	}
	if halt := m.Call(functions[fmt.Sprint("c_", n)], 1<<20); halt.Ending != oracle.Returned {
		x.Errorf("%s: the callee in C: %v", x.program.Signatures[n], halt)
		return
	}
	x.checkReceived(m, functions, n, arguments)
	var out oracle.Outcome
	takeResult(m, convention.Of(fn), fn, &out)
	if out.Reason != "" || result.Size > 0 && !x.program.Same(result, out.Result) {
		x.Errorf("%s: the harness takes the result %x for %x %s", x.program.Signatures[n], out.Result, x.program.Value(result), out.Place)
	}
}

// checkReceived checks what C stored.
func (x *thirdParty) checkReceived(m *rv64.Machine, symbols map[string]uint64, n int, slots []calls.Slot) {
	for i, s := range slots {
		got := make([]byte, s.Size)
		if err := m.ReadMemoryInto(symbols[calls.ByC]+uint64(s.At), got, nil); err != nil || !x.program.Same(s, got) {
			x.Errorf("%s: C receives value %d as %x, not %x; %v", x.program.Signatures[n], i, got, x.program.Value(s), err)
		}
	}
}

// answersC has the harness answer the caller in C of a signature.
func (x *thirdParty) answersC(n int) {
	m, symbols := x.load()
	_, result := x.program.Arguments(n)
	m.HookAt(symbols[fmt.Sprint("air_", n)], func(m *rv64.Machine) bool { return x.answer(m, n) })
	m.SetX(sp, stackTop-callerFrame)
	if halt := m.Call(symbols[fmt.Sprint("c_calls_", n)], 1<<20); halt.Ending != oracle.Returned {
		x.Errorf("%s: the caller in C: %v", x.program.Signatures[n], halt)
		return
	}
	x.checkReceived(m, symbols, n, []calls.Slot{result})
}

// answer takes the arguments of a call and returns the value that is sent as the result.
func (x *thirdParty) answer(m *rv64.Machine, n int) bool {
	places := convention.Of(x.program.Type(n))
	arguments, result := x.program.Arguments(n)
	for i, a := range arguments {
		bytes, _, broken := take(m, &places.Params[i])
		if broken != "" || a.Size > 0 && !x.program.Same(a, bytes) {
			x.Errorf("%s: the harness takes argument %d, %x, for %x %s", x.program.Signatures[n], i, bytes, x.program.Value(a), broken)
		}
	}
	p := placer{machine: m, c: true}
	var err error
	if places.Result.Indirect {
		err = m.WriteMemory(m.X(a0), x.program.Value(result))
	} else if result.Size > 0 {
		err = p.value(&places.Result, x.program.Value(result), nil)
	}
	if err != nil {
		x.Error(err)
	}
	return m.Return()
}
