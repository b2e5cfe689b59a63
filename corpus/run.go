package corpus

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// Run is one run line: a call of a function of the module and its expected end.
//
//	@f(1, .red, @g) == -3
//	@f(0) traps illegal-instruction
//	@f(0) panics integer_overflow
//	@f(0) exceeds steps
type Run struct {
	Func string
	Args []*air.Value // of the types of the function's parameters
	Want Want
	Line int // in its file, 0 for none
}

// Want is the expected end of a run: Returned with Value, Trapped or Panicked with Reason, or OutOfSteps.
type Want struct {
	Ending oracle.Ending
	Reason string
	Value  *air.Value
}

// exceeds is the spelling of OutOfSteps in a run line.
const exceeds = "exceeds steps"

// String returns the run line.
func (r *Run) String() string {
	var b strings.Builder
	b.WriteString(symbol(r.Func))
	b.WriteByte('(')
	for i, arg := range r.Args {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(arg.Literal())
	}
	b.WriteString(") ")
	b.WriteString(r.Want.String())
	return b.String()
}

// String returns what follows the call in a run line.
func (w Want) String() string {
	switch w.Ending {
	case oracle.Returned:
		return "== " + w.Value.Literal()
	case oracle.Trapped:
		return "traps " + w.Reason
	case oracle.Panicked:
		return "panics " + w.Reason
	}
	return exceeds
}

// symbol returns a function's name as the text of AIR spells it.
func symbol(name string) string {
	v := air.Value{Kind: air.SymbolValue, Symbol: name}
	return v.Literal()
}

// ParseRun reads a run line, whose function and types are those of the module.
func ParseRun(m *air.Module, line string) (Run, error) {
	f, rest, err := calledFunc(m, line)
	if err != nil {
		return Run{}, err
	}
	r := Run{Func: f.Name}
	for i, t := range f.Type.Params {
		if i > 0 {
			if rest, err = expect(rest, ","); err != nil {
				return Run{}, fmt.Errorf("after argument %d: %w", i, err)
			}
		}
		var arg *air.Value
		if arg, rest, err = literal(m, t, rest); err != nil {
			return Run{}, fmt.Errorf("argument %d: %w", i+1, err)
		}
		if arg.Kind == air.Undef {
			return Run{}, fmt.Errorf("argument %d: the value is undefined", i+1)
		}
		r.Args = append(r.Args, arg)
	}
	if rest, err = expect(rest, ")"); err != nil {
		return Run{}, fmt.Errorf("after the arguments: %w", err)
	}
	r.Want, err = parseWant(m, f.Type.Elem, strings.TrimSpace(rest))
	return r, err
}

// calledFunc reads the name of a function and the opening parenthesis, and returns the text after them.
func calledFunc(m *air.Module, line string) (*air.Func, string, error) {
	name, rest, err := literal(m, functionType, line)
	if err != nil {
		return nil, "", err
	}
	f := m.Func(name.Symbol)
	switch {
	case f == nil || name.Offset != 0:
		return nil, "", fmt.Errorf("there is no function %.60s", name.Literal())
	case f.Extern:
		return nil, "", fmt.Errorf("function %s is extern", name.Literal())
	}
	rest, err = expect(rest, "(")
	return f, rest, err
}

// functionType is a type whose values are spelled as symbols.
var functionType = &air.Type{Kind: air.Fn}

// literal reads one value and returns the text after it.
func literal(m *air.Module, t *air.Type, text string) (*air.Value, string, error) {
	v, rest, err := m.ParseLiteral(t, text)
	var syntax *air.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, "", errors.New(syntax.Message)
	case err != nil:
		return nil, "", err
	}
	return v, rest, nil
}

func expect(text, token string) (string, error) {
	rest, ok := strings.CutPrefix(strings.TrimLeft(text, " "), token)
	if !ok {
		return "", fmt.Errorf("expected %q, found %.60q", token, text)
	}
	return rest, nil
}

func parseWant(m *air.Module, result *air.Type, text string) (Want, error) {
	if text == exceeds {
		return Want{Ending: oracle.OutOfSteps}, nil
	}
	word, rest, _ := strings.Cut(text, " ")
	switch word {
	case "==":
		v, rest, err := literal(m, result, rest)
		if err != nil {
			return Want{}, fmt.Errorf("result: %w", err)
		}
		if rest != "" {
			return Want{}, fmt.Errorf("result: unexpected %.60q", rest)
		}
		return Want{Ending: oracle.Returned, Value: v}, nil
	case "traps", "panics":
		if rest == "" || strings.ContainsFunc(rest, notInReason) {
			return Want{}, fmt.Errorf("%.60q is not a reason", rest)
		}
		if word == "traps" {
			return Want{Ending: oracle.Trapped, Reason: rest}, nil
		}
		return Want{Ending: oracle.Panicked, Reason: rest}, nil
	}
	return Want{}, fmt.Errorf("expected ==, traps, panics or %.60q, found %.60q", exceeds, text)
}

func notInReason(c rune) bool {
	return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_'
}
