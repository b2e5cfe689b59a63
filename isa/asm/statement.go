package asm

import (
	"errors"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// statement is the expansion of the instruction being read: insts whose operands are known, or one patch.
type statement struct {
	place
	start   int // of the mnemonic in the line
	insts   []isa.Inst
	room    [8]isa.Inst // buffer of insts
	patch   patch
	patched bool
	pieces  [8]piece // buffer of operands
}

// piece is an operand and its place in the line.
type piece struct {
	text string
	at   int
}

// addStatement adds the instructions just read to the section.
func (a *assembler) addStatement() {
	st := &a.now
	if st.patched {
		if a.limited && !a.permits(st.patch.inst, "") {
			return
		}
		f := plain
		if kind := st.patch.fix.kind; a.rvc && !st.patch.pair && (kind == fixValue || kind == fixDistance) {
			f = short // others are parts of an address, which assemblers leave to the linker
		}
		st.patch.rvc, st.patch.relax = a.rvc, a.relax
		a.section().addPatch(&st.patch, f, st.place)
		return
	}
	if len(st.insts) == 0 {
		return
	}
	s := a.open()
	for _, in := range st.insts {
		if a.limited && !a.permits(in, "") {
			return
		}
		if a.rvc {
			in = a.compressed(in)
		}
		s.addLine(st.place)
		code, err := isa.Append(s.code, in)
		if err != nil {
			a.fail(st.place, "%s", trimmed(err))
			return
		}
		s.code = code
	}
}

// compressed returns the 16-bit form of an instruction, and whether it has one.
func (a *assembler) compressed(in isa.Inst) isa.Inst {
	if c, ok := isa.Compress(in, a.shorts); ok {
		return c
	}
	return in
}

// marked reads an instruction whose last operand only marks it for a linker, as in add a0,a0,tp,%tprel_add(x), and reports
// whether it is one.
func (a *assembler) marked(line string, at int) bool {
	comma := strings.LastIndexByte(line, ',')
	if comma < at {
		return false
	}
	text := trim(line[comma+1:])
	name, symbol, _ := strings.Cut(text, "(")
	if name = trim(name); name != "%tprel_add" && name != "%tlsdesc_call" || !strings.HasSuffix(symbol, ")") {
		return false
	}
	st := &a.now
	column := comma + 1 + skipBlanks(line[comma+1:], 0)
	kind, err := a.relocation(name)
	if err == nil {
		st.patch = patch{fix: fix{kind: kind}, place: a.here(column)}
		st.patch.fix.expr, err = a.parseExpr(trim(symbol[:len(symbol)-1]))
	}
	if err == nil {
		st.patch.inst, err = isa.Parse(line[at:comma])
	}
	if err != nil {
		a.failAt(column, "%s", trimmed(err))
		return true
	}
	st.patched = true
	return true
}

// operand is the isa.Resolver: it returns the value of an operand that is not a number, or a placeholder, with a fix in a.now.
func (a *assembler) operand(text string, column int, o isa.Operand) (int64, error) {
	f, v, err := a.fixFor(text, o)
	if err == nil && f.isSet() {
		st := &a.now
		st.patch = patch{fix: f, place: a.here(st.start + column - 1)}
		st.patched = true
	}
	return v, err
}

func (a *assembler) parseFailure(err error, at int) {
	var e *isa.ParseError
	if errors.As(err, &e) {
		a.failAt(at+e.Column-1, "%s", e.Msg)
		return
	}
	a.failAt(at, "%v", err)
}

func trimmed(err error) string {
	const prefix = "isa: "
	s := err.Error()
	if len(s) > len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):]
	}
	return s
}
