package asm

import "strings"

// cond is an open .if.
type cond struct {
	place
	taken   bool // a branch has been read, or none may be
	active  bool // this branch is read
	hasElse bool
}

// conditions are the directives that open one, with functions that evaluate it.
var conditions = map[string]func(a *assembler, rest string, at int) bool{
	".if": func(a *assembler, rest string, at int) bool {
		return a.compare(rest, at, func(v int64) bool { return v != 0 })
	},
	".ifne": func(a *assembler, rest string, at int) bool {
		return a.compare(rest, at, func(v int64) bool { return v != 0 })
	},
	".ifeq": func(a *assembler, rest string, at int) bool {
		return a.compare(rest, at, func(v int64) bool { return v == 0 })
	},
	".ifge": func(a *assembler, rest string, at int) bool {
		return a.compare(rest, at, func(v int64) bool { return v >= 0 })
	},
	".ifgt": func(a *assembler, rest string, at int) bool {
		return a.compare(rest, at, func(v int64) bool { return v > 0 })
	},
	".ifle": func(a *assembler, rest string, at int) bool {
		return a.compare(rest, at, func(v int64) bool { return v <= 0 })
	},
	".iflt": func(a *assembler, rest string, at int) bool {
		return a.compare(rest, at, func(v int64) bool { return v < 0 })
	},
	".ifdef":    func(a *assembler, rest string, at int) bool { return a.isDefined(rest, at) },
	".ifndef":   func(a *assembler, rest string, at int) bool { return !a.isDefined(rest, at) },
	".ifnotdef": func(a *assembler, rest string, at int) bool { return !a.isDefined(rest, at) },
	".ifb":      func(_ *assembler, rest string, _ int) bool { return unquoted(trim(rest)) == "" },
	".ifnb":     func(_ *assembler, rest string, _ int) bool { return unquoted(trim(rest)) != "" },
	".ifc":      func(_ *assembler, rest string, _ int) bool { return sameText(rest) },
	".ifnc":     func(_ *assembler, rest string, _ int) bool { return !sameText(rest) },
	".ifeqs":    func(_ *assembler, rest string, _ int) bool { return sameText(rest) },
	".ifnes":    func(_ *assembler, rest string, _ int) bool { return !sameText(rest) },
}

func (a *assembler) compare(rest string, at int, holds func(int64) bool) bool {
	v, ok := a.known(rest, at)
	return ok && holds(v)
}

func (a *assembler) isDefined(rest string, at int) bool {
	name := unquoted(trim(rest))
	if name == "" {
		a.failAt(at, "expected a symbol")
		return false
	}
	s := a.symbols.find(name)
	_, outside := a.opt.Symbols[name]
	return s != nil && s.kind != symbolUndefined || outside
}

func sameText(rest string) bool {
	first, second, _ := cutOperand(rest)
	return unquoted(trim(first)) == unquoted(trim(second))
}

// isConditional reports whether a directive is read even where a condition is false.
func isConditional(word string) bool {
	switch word {
	case ".else", ".elseif", ".endif":
		return true
	}
	return conditions[word] != nil
}

// condition handles a directive that opens, continues or ends a condition.
func (a *assembler) condition(name, rest string, at, restAt int) {
	b := &a.blocks
	skipped := b.holding
	if test := conditions[name]; test != nil {
		c := cond{place: a.here(at), taken: skipped}
		if !skipped {
			c.active = test(a, rest, restAt)
			c.taken = c.active
		}
		b.conds = append(b.conds, c)
		b.update()
		return
	}
	if len(b.conds) == 0 {
		a.stray(name, at)
		return
	}
	c := &b.conds[len(b.conds)-1]
	switch {
	case name == ".endif":
		b.conds = b.conds[:len(b.conds)-1]
	case c.hasElse:
		a.failAt(at, "%s after .else", name)
	case name == ".else":
		c.hasElse = true
		c.active, c.taken = !c.taken, true
	case c.taken:
		c.active = false
	default:
		c.active = a.compare(strings.TrimSpace(rest), restAt, func(v int64) bool { return v != 0 })
		c.taken = c.active
	}
	b.update()
}
