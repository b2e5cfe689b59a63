package isa

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa/internal/quote"
	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// ParseError is the error for a line of assembler text that is not an instruction.
type ParseError struct {
	Column int // of the line, from 1
	Msg    string
	Err    error // the *OperandError when the text is well-formed but the operands are not allowed
}

func (e *ParseError) Error() string { return fmt.Sprintf("isa: column %d: %s", e.Column, e.Msg) }

// Unwrap returns the encoder's error, if that is the cause.
func (e *ParseError) Unwrap() error { return e.Err }

// Resolver returns the value of an operand that is not a number, "%lo(x)" or "loop". column is where the operand begins in
// the line, from 1. o describes the operand; its name is "offset" before the address of an atomic, where only 0 is allowed.
type Resolver func(expr string, column int, o Operand) (int64, error)

// Parse returns the instruction of a line in GNU syntax: what Inst.String returns, and the standard's pseudo-instructions
// that are a single instruction. Registers have their ABI names or numbers (a0, x10), constants any of Go's notations. Encode
// accepts the result. The error is a *ParseError.
func Parse(line string) (Inst, error) { return ParseWith(line, nil) }

// ParseWith is Parse for lines whose constants may be symbols; resolve returns their values.
func ParseWith(line string, resolve Resolver) (Inst, error) {
	in, _, err := ParseWord(line, resolve)
	return in, err
}

// ParseWord is ParseWith and Encode in one: word is that of the instruction.
func ParseWord(line string, resolve Resolver) (in Inst, word uint32, err error) {
	p := parser{line: line, resolve: resolve}
	p.blanks()
	start := p.at
	for p.at < len(line) && line[p.at] != ' ' && line[p.at] != '\t' {
		p.at++
	}
	name := line[start:p.at]
	known := formsByName()
	forms, ok := known.find(name)
	if !ok {
		if forms, ok = known.find(strings.ToLower(name)); !ok {
			return Inst{}, 0, &ParseError{Column: start + 1, Msg: fmt.Sprintf("unknown instruction %.60q", name)}
		}
	}
	return p.tryForms(name, forms)
}

// tryForms parses the operands by each form of the mnemonic. If all fail, it returns the failure of a form whose operands
// are well-formed but not allowed, or else the failure that is farthest in the line.
func (p *parser) tryForms(name string, forms []*form) (in Inst, word uint32, failure error) {
	start := p.at
	var best *ParseError
	for _, f := range forms {
		p.at = start
		in = f.preset
		err := p.operands(&in, f)
		if err == nil {
			word, encErr := Encode(in)
			if encErr == nil {
				return in.Canonical(), word, nil
			}
			err = p.refused(name, start, f, encErr)
		}
		if best == nil || best.Err == nil && (err.Err != nil || err.Column > best.Column) {
			best = err
		}
	}
	if best.Err == nil {
		best.Msg = name + ": " + best.Msg
	}
	return Inst{}, 0, best
}

// refused returns the error for operands after start that Encode refuses, at the column of the one that is wrong. It has the
// name that is written, which may be that of an alias.
func (p *parser) refused(name string, start int, f *form, err error) *ParseError {
	p.at = start
	p.blanks()
	failure := &ParseError{Column: p.at + 1, Msg: strings.TrimPrefix(err.Error(), "isa: "), Err: err}
	var e *OperandError
	if !errors.As(err, &e) {
		return failure
	}
	failure.Msg = strings.ToLower(name) + ": " + e.reason()
	slot, ok := operandSlots[e.Operand]
	if e.Operand == "" {
		word, _, _ := strings.Cut(e.Rule, " ")
		slot, ok = operandSlots[word]
	}
	var columns [table.SlotRList + 1]int
	p.at, p.columns = start, &columns
	again := f.preset
	p.operands(&again, f)
	p.columns = nil
	if ok && columns[slot] != 0 {
		failure.Column = columns[slot]
	}
	return failure
}

// operandSlots maps the name in an OperandError, or the first word of its rule, to the operand.
var operandSlots = map[string]table.Slot{
	"rd": table.SlotRd, "vd": table.SlotRd, "rs1": table.SlotRs1, "rs2": table.SlotRs2, "rs3": table.SlotRs3,
	"immediate": table.SlotImm, "rounding": table.SlotRM, "rounding mode": table.SlotRM, "csr": table.SlotCSR,
	"avl": table.SlotAVL, "register list": table.SlotRList, "fence": table.SlotImm, "vtype": table.SlotImm, "mask": table.SlotVM,
}

// form is one way to write an instruction: the operands expected after the mnemonic, and those that it implies.
type form struct {
	preset Inst
	tokens []token
}

type parser struct {
	line    string
	at      int
	resolve Resolver
	columns *[table.SlotRList + 1]int // where each operand begins, if not nil
}

func (p *parser) blanks() {
	for p.at < len(p.line) && (p.line[p.at] == ' ' || p.line[p.at] == '\t') {
		p.at++
	}
}

func (p *parser) fail(format string, args ...any) *ParseError {
	return &ParseError{Column: p.at + 1, Msg: fmt.Sprintf(format, args...)}
}

// operands parses what follows the mnemonic into in.
func (p *parser) operands(in *Inst, f *form) *ParseError {
	for i := range f.tokens {
		t := &f.tokens[i]
		p.blanks()
		if p.at == len(p.line) && restOptional(f.tokens[i:]) {
			return nil
		}
		if t.kind == nil {
			if !p.fixed(t) {
				return p.fail("expected %q", t.lit)
			}
			continue
		}
		start := p.at
		if p.columns != nil {
			p.columns[t.kind.Slot] = start + 1
		}
		if msg := p.operand(in, t); msg != "" {
			p.at = start
			return p.fail("%s", msg)
		}
	}
	p.blanks()
	if p.at != len(p.line) {
		return p.fail("unexpected %.60q", p.line[p.at:])
	}
	return nil
}

// fixed skips what a token without an operand stands for: punctuation, or a register by any of its names.
func (p *parser) fixed(t *token) bool {
	switch {
	case t.opensAddress:
		return p.at < len(p.line) && p.line[p.at] == '(' && !p.opensGroup(p.at) && p.literal("(") || p.zeroOffset()
	case t.isReg:
		start := p.at
		if r, ok := ParseReg(p.word()); ok && r == t.reg {
			return true
		}
		p.at = start
		return false
	}
	return p.literal(t.lit)
}

// literal skips a text that must come next, most often one character.
func (p *parser) literal(text string) bool {
	if p.at == len(p.line) || p.line[p.at] != text[0] || len(text) > 1 && !strings.HasPrefix(p.line[p.at:], text) {
		return false
	}
	p.at += len(text)
	return true
}

// zeroOffset skips a zero and the parenthesis after it: assemblers take 0(a0) where an instruction has an address but no
// offset.
func (p *parser) zeroOffset() bool {
	start := p.at
	text := p.expression()
	v, ok := parseInt(text)
	if !ok && text != "" && p.resolve != nil {
		value, err := p.resolve(text, start+1, Operand{Name: "offset", Field: FieldImm})
		v, ok = value, err == nil
	}
	if ok && v == 0 && p.literal("(") {
		return true
	}
	p.at = start
	return false
}

func restOptional(tokens []token) bool {
	for _, t := range tokens {
		if t.lit == "," || t.lit == "v0.t" {
			continue
		}
		if t.kind == nil {
			return false
		}
		if t.kind.Slot != table.SlotRM && t.kind.Slot != table.SlotVM && t.kind.Style != table.OptDec {
			return false
		}
	}
	return true
}

// operand parses one operand into in and returns what is wrong, or "".
func (p *parser) operand(in *Inst, t *token) string {
	k := t.kind
	switch k.Slot {
	case table.SlotRd, table.SlotRs1, table.SlotRs2, table.SlotRs3:
		return p.register(in, t)
	case table.SlotRM:
		return p.named(k, func(s string) bool { in.RM = RM(slices.Index(rmNames[1:], s) + 1); return in.RM != 0 })
	case table.SlotVM:
		return p.named(k, func(s string) bool { in.VM = V0T; return s == "v0.t" })
	case table.SlotCSR:
		v, why := p.small(k, func(s string) (int64, bool) { n, ok := ParseCSR(s); return int64(n), ok })
		in.CSR = uint16(v)
		return why
	case table.SlotAVL:
		v, why := p.small(k, parseInt)
		in.AVL = uint8(v)
		return why
	case table.SlotRList:
		return p.registerList(in)
	}
	return p.constant(in, k)
}

func (p *parser) register(in *Inst, t *token) string {
	name := p.word()
	r, ok := ParseReg(name)
	if !ok {
		return fmt.Sprintf("%.60q is not a register", name)
	}
	if why := regFault(t.kind, r); why != "" {
		return "operand " + why
	}
	switch t.kind.Slot {
	case table.SlotRd:
		in.Rd = r
	case table.SlotRs1:
		in.Rs1 = r
	case table.SlotRs2:
		in.Rs2 = r
	case table.SlotRs3:
		in.Rs3 = r
	}
	if t.twice {
		in.Rs1, in.Rs2 = r, r
	}
	if t.kind.Style == table.Shadow {
		return shadowFault(t.kind.Slot, r)
	}
	return ""
}

// shadowFault returns what is wrong with a register of an instruction that uses the shadow stack (Zicfiss), or "".
func shadowFault(slot table.Slot, r Reg) string {
	switch {
	case slot == table.SlotRd && r == Zero:
		return "rd must not be zero"
	case slot != table.SlotRd && r != RA && r != T0:
		return fmt.Sprintf("operand is %s, not ra or t0", r)
	}
	return ""
}

// named parses a word whose value take returns.
func (p *parser) named(k *kind, take func(string) bool) string {
	word := p.word()
	if !take(word) {
		return fmt.Sprintf("%.60q is not a valid %s", word, k.Name)
	}
	return ""
}

// small parses a constant with a field of its own: a name whose value known returns, or an expression.
func (p *parser) small(k *kind, known func(string) (int64, bool)) (v int64, fault string) {
	start := p.at
	text := p.expression()
	v, ok := known(text)
	if !ok && text != "" && p.resolve != nil {
		value, err := p.resolve(text, start+1, k.public)
		if err != nil {
			return 0, err.Error()
		}
		v, ok = value, true
	}
	switch {
	case !ok:
		return 0, fmt.Sprintf("%.60q is not a valid %s", text, k.Name)
	case v < k.Min || v > k.Max:
		return 0, fmt.Sprintf("%s %d is outside %d..%d", k.Name, v, k.Min, k.Max)
	}
	return v, ""
}

func (p *parser) registerList(in *Inst) string {
	end := strings.IndexByte(p.line[p.at:], '}')
	if end < 0 {
		return "expected a register list"
	}
	text := p.line[p.at : p.at+end+1]
	v, ok := parseRList(text)
	if !ok {
		return fmt.Sprintf("%.60q is not a register list", text)
	}
	in.RList = v
	p.at += end + 1
	return ""
}

// word returns the letters, digits, dots and underscores that come next, and skips them.
func (p *parser) word() string {
	start := p.at
	for p.at < len(p.line) && (isAlnum(p.line[p.at]) || p.line[p.at] == '.') {
		p.at++
	}
	return p.line[start:p.at]
}

func isAlnum(c byte) bool { return alnumBytes[c] }

var alnumBytes = func() (set [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") {
		set[c] = true
	}
	return set
}()

// constant parses the operand for Imm.
func (p *parser) constant(in *Inst, k *kind) string {
	if k.Style == table.Fence {
		return p.fenceSets(in)
	}
	start := p.at
	text := ""
	if k.Style == table.VType {
		text, p.at = trimBlanks(p.line[start:]), len(p.line)
	} else {
		text = p.expression()
	}
	var v int64
	ok := false
	switch k.Style {
	case table.VType:
		v, ok = ParseVType(text)
	case table.FLI:
		v, ok = parseFLI(text)
	default:
		v, ok = parseInt(text)
		ok = ok || text == "" && p.at < len(p.line) && p.line[p.at] == '('
	}
	if !ok && p.resolve != nil {
		value, err := p.resolve(text, start+1, k.public)
		if err != nil {
			return err.Error()
		}
		v, ok = value, true
	}
	if !ok {
		return fmt.Sprintf("%.60q is not a constant", text)
	}
	switch k.Style {
	case table.OptDec:
		if v == 0 {
			return "a constant of 0 is not written"
		}
	case table.Index:
		if v < k.Min || v > k.Max {
			return fmt.Sprintf("%d is outside %d..%d", v, k.Min, k.Max)
		}
	case table.SPAdj:
		if in.Op == CM_PUSH {
			v = -v
		}
		v -= stackBase(in.RList)
	case table.Add:
		if v < k.Min || v > k.Max || v%k.Step != 0 {
			return fmt.Sprintf("%d is not a multiple of %d in %d..%d", v, k.Step, k.Min, k.Max)
		}
		v += in.Imm
	}
	in.Imm = v
	return ""
}

func (p *parser) fenceSets(in *Inst) string {
	pred, succ, ok := strings.Cut(p.line[p.at:], ",")
	a, ok1 := parseSet(strings.TrimSpace(pred))
	b, ok2 := parseSet(strings.TrimSpace(succ))
	if !ok || !ok1 || !ok2 {
		return fmt.Sprintf("%.60q is not a pair of fence sets", p.line[p.at:])
	}
	in.Imm |= a<<4 | b
	p.at = len(p.line)
	return ""
}

// expression returns the text up to the comma or the parenthesis that ends the operand. Parentheses that the expression
// itself opens belong to it, as in %lo(x)(a0) and (8-4)+4(sp), and so do those in quotes.
func (p *parser) expression() string {
	start, depth := p.at, 0
	for p.at < len(p.line) {
		switch p.line[p.at] {
		case ',':
			if depth == 0 {
				return trimBlanks(p.line[start:p.at])
			}
		case ')':
			if depth == 0 {
				return trimBlanks(p.line[start:p.at])
			}
			depth--
		case '(':
			if depth == 0 && !p.opensGroup(start) {
				return trimBlanks(p.line[start:p.at])
			}
			depth++
		case '\'', '"':
			p.at += quote.End(p.line[p.at:]) - 1
		}
		p.at++
	}
	return trimBlanks(p.line[start:p.at])
}

func trimBlanks(s string) string {
	n := len(s)
	for n > 0 && (s[n-1] == ' ' || s[n-1] == '\t') {
		n--
	}
	return s[:n]
}

// opensGroup reports whether the next parenthesis belongs to the expression from start: it does after an operator or the
// name of a relocation, and at the beginning unless it holds a register.
func (p *parser) opensGroup(start int) bool {
	text := trimBlanks(p.line[start:p.at])
	if text == "" {
		inside, _, _ := strings.Cut(p.line[p.at+1:], ")")
		_, isRegister := ParseReg(strings.Trim(inside, " \t"))
		return !isRegister
	}
	if strings.IndexByte("+-*/%&|^~<>=!", text[len(text)-1]) >= 0 {
		return true
	}
	at := strings.LastIndexByte(text, '%')
	return at >= 0 && strings.Trim(text[at+1:], "abcdefghijklmnopqrstuvwxyz_") == ""
}

// parseInt parses a number in Go's notations without underscores: 12, -0x1f, 0b101, 017.
func parseInt(s string) (int64, bool) {
	digits := s
	if s != "" && (s[0] == '-' || s[0] == '+') {
		digits = s[1:]
	}
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		return 0, false
	}
	if v, ok := parseDecimal(digits); ok {
		if s[0] == '-' {
			v = -v
		}
		return v, true
	}
	if strings.IndexByte(s, '_') >= 0 {
		return 0, false
	}
	v, err := strconv.ParseInt(s, 0, 64)
	if err != nil {
		u, err := strconv.ParseUint(s, 0, 64)
		return int64(u), err == nil
	}
	return v, true
}

// parseDecimal parses the most common numbers: plain ones of at most 18 digits.
func parseDecimal(s string) (int64, bool) {
	if len(s) > 18 || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	v := int64(0)
	for i := range len(s) {
		d := s[i] - '0'
		if d > 9 {
			return 0, false
		}
		v = v*10 + int64(d)
	}
	return v, true
}
