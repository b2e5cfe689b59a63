package mir

import (
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// cursor reads one line of MIR text from left to right. The first problem is kept and makes the rest of the line empty,
// so that callers need not check after each step. Between tokens, rest never starts with a space.
type cursor struct {
	rest    string
	problem string
}

func (c *cursor) fail(problem string) {
	if c.problem == "" {
		c.problem = problem
	}
	c.rest = ""
}

func (c *cursor) skip(n int) string {
	token := c.rest[:n]
	c.rest = strings.TrimLeft(c.rest[n:], " \t")
	return token
}

// token consumes the given text if it is next, and reports whether it was.
func (c *cursor) token(text string) bool {
	if !strings.HasPrefix(c.rest, text) {
		return false
	}
	c.skip(len(text))
	return true
}

func (c *cursor) expect(text string) {
	if !c.token(text) {
		c.fail("expected " + strconv.Quote(text) + " before " + strconv.Quote(c.rest))
	}
}

// end requires the end of the line.
func (c *cursor) end() {
	if c.rest != "" {
		c.fail("unexpected " + strconv.Quote(c.rest))
	}
}

// keyword consumes the given word if it is next and whole, and reports whether it was.
func (c *cursor) keyword(text string) bool {
	if c.peekWord() != text {
		return false
	}
	c.skip(len(text))
	return true
}

// peekWord returns the letters, digits, dots and underscores that are next.
func (c *cursor) peekWord() string { return c.rest[:symbolLength(c.rest)] }

func (c *cursor) word() string {
	w := c.peekWord()
	if w == "" {
		c.fail("expected a word before " + strconv.Quote(c.rest))
		return ""
	}
	return c.skip(len(w))
}

func (c *cursor) register() isa.Reg {
	w := c.word()
	r, ok := isa.ParseReg(w)
	if !ok {
		c.fail(strconv.Quote(w) + " is not a register")
	}
	return r
}

func (c *cursor) mnemonic() isa.Op {
	w := c.word()
	op, ok := isa.OpOf(w)
	if !ok {
		c.fail(strconv.Quote(w) + " is not an instruction")
	}
	return op
}

// integer reads a signed decimal number of 64 bits.
func (c *cursor) integer() int64 {
	n := 0
	for n < len(c.rest) && (c.rest[n] == '-' && n == 0 || c.rest[n] >= '0' && c.rest[n] <= '9') {
		n++
	}
	v, err := strconv.ParseInt(c.rest[:n], 10, 64)
	if err != nil {
		c.fail("expected a number of 64 bits before " + strconv.Quote(c.rest))
		return 0
	}
	c.skip(n)
	return v
}

// number reads an unsigned decimal number of at most the given bits.
func (c *cursor) number(bits int) uint64 {
	w := c.word()
	v, err := strconv.ParseUint(w, 10, bits)
	if err != nil {
		c.fail(strconv.Quote(w) + " is not a number of " + strconv.Itoa(bits) + " bits")
	}
	return v
}

// offset reads what appendOffset writes.
func (c *cursor) offset() int64 {
	if c.token("+") || strings.HasPrefix(c.rest, "-") {
		return c.integer()
	}
	return 0
}

// list reads {item, item} by calling item at each.
func (c *cursor) list(item func()) {
	c.expect("{")
	if c.token("}") {
		return
	}
	for c.problem == "" {
		item()
		if !c.token(",") {
			c.expect("}")
			return
		}
	}
}

func (c *cursor) symbol() string {
	c.expect("@")
	if strings.HasPrefix(c.rest, `"`) {
		return c.quoted()
	}
	return c.word()
}

func (c *cursor) quoted() string {
	q, err := strconv.QuotedPrefix(c.rest)
	if err != nil {
		c.fail("expected a quoted string before " + strconv.Quote(c.rest))
		return ""
	}
	s, err := strconv.Unquote(q)
	if err != nil {
		c.fail(q + " is not a quoted string")
	}
	c.skip(len(q))
	return s
}

// parseSlot returns the frame slot of a name.
func parseSlot(name string) (FrameIndex, bool) {
	for fi := ArgsFrame; fi < FirstUnnamed; fi++ {
		if frameNames[fi] == name {
			return fi, true
		}
	}
	digits, ok := strings.CutPrefix(name, "frame")
	n, err := strconv.ParseInt(digits, 10, 32)
	fi := FrameIndex(n)
	return fi, ok && err == nil && fi >= FirstUnnamed && fi.String() == name
}
