package asm

import (
	"slices"
	"strconv"
	"strings"
)

// userMacro is a macro of the source.
type userMacro struct {
	name   string
	params []param
	lines  []bodyLine
}

type param struct {
	name     string
	value    string // if the call has none
	required bool
	rest     bool // takes the rest of the call
}

// defineMacro handles .macro name params.
func defineMacro(a *assembler, rest string, at int) {
	m := &userMacro{name: symbolPrefix(rest)}
	if m.name == "" {
		a.failAt(at, "expected the name of a macro")
	}
	params := strings.TrimPrefix(trim(rest[len(m.name):]), ",")
	for _, text := range macroArguments(params) {
		name, value, _ := strings.Cut(text, "=")
		name, kind, _ := strings.Cut(trim(name), ":")
		p := param{name: trim(name), value: unquoted(trim(value)), required: kind == "req", rest: kind == "vararg"}
		if symbolPrefix(p.name) != p.name || kind != "" && !p.required && !p.rest {
			a.failAt(at, "%.60q is not a parameter", text)
		}
		m.params = append(m.params, p)
	}
	a.openBody(".macro", at, func(lines []bodyLine) {
		key := strings.ToLower(m.name)
		if a.blocks.macros == nil {
			a.blocks.macros = make(map[string]*userMacro)
		}
		if a.blocks.macros[key] != nil {
			a.failAt(at, "macro %.60s is already defined", m.name)
		}
		m.lines = lines
		a.blocks.macros[key] = m
	})
}

func purgeMacro(a *assembler, rest string, at int) {
	name := strings.ToLower(trim(rest))
	if a.blocks.macros[name] == nil {
		a.failAt(at, "there is no macro %.60s", trim(rest))
	}
	delete(a.blocks.macros, name)
}

// callMacro expands a macro of the source if the statement at a place of the line calls one, and reports whether it does.
func (a *assembler) callMacro(name, rest string, at int) bool {
	m := a.blocks.macros[strings.ToLower(name)]
	if m == nil || rest != "" && !isBlank(rest[0]) {
		return false
	}
	values, ok := a.arguments(m, trim(rest), at)
	if !ok {
		return true
	}
	b := &a.blocks
	call, outer := b.call, b.name
	if call.line == 0 {
		b.call, b.name = a.here(at), m.name
	}
	counter := strconv.Itoa(b.calls)
	b.calls++
	a.replay(m.lines, b.call, func(text string) string {
		return substitute(text, func(word string) (string, bool) {
			if word == "@" {
				return counter, true
			}
			i := slices.IndexFunc(m.params, func(p param) bool { return p.name == word })
			if i < 0 {
				return "", false
			}
			return values[i], true
		})
	})
	b.call, b.name, b.exiting = call, outer, false
	return true
}

// arguments returns the value of each parameter of a call.
func (a *assembler) arguments(m *userMacro, text string, at int) ([]string, bool) {
	values := make([]string, len(m.params))
	given := make([]bool, len(m.params))
	next := 0
	for n, argument := range macroArguments(text) {
		name, value, named := strings.Cut(argument, "=")
		i := slices.IndexFunc(m.params, func(p param) bool { return named && p.name == trim(name) })
		if i < 0 {
			i, value = next, argument
			next++
		}
		if i >= len(m.params) {
			a.failAt(at, "macro %.60s takes %d arguments, not %d", m.name, len(m.params), n+1)
			return nil, false
		}
		if m.params[i].rest {
			values[i], given[i] = afterArguments(text, n), true
			break
		}
		values[i], given[i] = unquoted(trim(value)), value != ""
	}
	for i, p := range m.params {
		if given[i] {
			continue
		}
		if p.required {
			a.failAt(at, "macro %.60s needs a value for %.60s", m.name, p.name)
			return nil, false
		}
		values[i] = p.value
	}
	return values, true
}

// afterArguments returns the text after the first n arguments, which end at commas.
func afterArguments(text string, n int) string {
	for range n {
		_, text, _ = cutOperand(text)
	}
	return trim(text)
}
