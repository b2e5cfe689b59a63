package mir

import (
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// SyntaxError is the error of Parse: a malformed line.
type SyntaxError struct {
	Line int
	Text string // what is wrong
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("mir: line %d: %s", e.Line, e.Text) }

// Parse reads the text of any number of functions. Blank lines and lines that start with # are skipped. The error is a
// *SyntaxError. The result need not verify.
func Parse(text string) ([]*Function, error) {
	var funcs []*Function
	var f *Function
	number := 0
	for textLine := range strings.Lines(text) {
		number++
		c := &cursor{rest: strings.TrimSpace(textLine)}
		switch {
		case c.rest == "" || c.rest[0] == '#':
			continue
		case f == nil:
			f = c.header()
			funcs = append(funcs, f)
		case c.rest == "}":
			f = nil
			continue
		default:
			c.body(f)
		}
		if c.end(); c.problem != "" {
			return nil, &SyntaxError{number, c.problem}
		}
	}
	if f != nil {
		return nil, &SyntaxError{number, "the text ends inside of func @" + f.Name}
	}
	return funcs, nil
}

func (c *cursor) header() *Function {
	f := &Function{}
	if c.keyword("func") {
		f.Name = c.symbol()
	} else {
		c.fail("a function starts with: func @name {")
	}
	if c.keyword("file") {
		f.File = c.quoted()
	}
	c.expect("{")
	return f
}

func (c *cursor) body(f *Function) {
	switch {
	case strings.HasPrefix(c.rest, ".L"):
		in := Inst{Op: Bind, N: c.label(f)}
		c.expect(":")
		f.add(in)
	case c.keyword("frame"):
		c.frame(&f.Frame)
	case c.keyword("slot"):
		c.slot(&f.Frame)
	default:
		c.inst(f)
	}
}

func (c *cursor) inst(f *Function) {
	name, _, _ := strings.Cut(c.rest, " ")
	for op := range Op(numOps) {
		if table[op].name == name && op != Real && op != Bind {
			c.keyword(name)
			c.pseudo(f, op)
			return
		}
	}
	in, err := isa.Parse(c.rest)
	if err != nil {
		c.fail(err.Error())
		return
	}
	c.rest = ""
	f.Real(in)
}

func (c *cursor) pseudo(f *Function, op Op) {
	in := Inst{Op: op}
	comma := false
	for _, o := range table[op].operands {
		if comma {
			c.expect(",")
		}
		c.operand(f, &in, o)
		comma = o != loadOp && o != storeOp && o != branchOp
	}
	f.add(in)
}

func (c *cursor) operand(f *Function, in *Inst, o operand) {
	switch o {
	case rd, dest:
		in.I.Rd = c.register()
	case rs1:
		in.I.Rs1 = c.register()
	case rs2, data:
		in.I.Rs2 = c.register()
	case imm:
		in.I.Imm = c.integer()
	case loadOp, storeOp, branchOp:
		in.I.Op = c.mnemonic()
	case mem:
		in.Mem = c.mem()
	case label:
		in.N = c.label(f)
	case labels:
		in.N = uint32(len(f.Tables))
		f.Tables = append(f.Tables, c.table(f))
	case symbol:
		in.Symbol = c.symbol()
	case addend:
		in.Symbol, in.I.Imm = c.symbol(), c.offset()
	case location:
		in.N = uint32(len(f.Locations))
		f.Locations = append(f.Locations, c.location())
	case line:
		in.N = uint32(c.number(32))
		c.expect(":")
		in.I.Imm = int64(c.number(32))
	default:
		panic("mir: every operand kind of the table has a text form")
	}
}

// maxLabels bounds the labels of parsed text, so that a single large label does not make large tables.
const maxLabels = 1 << 20

func (c *cursor) label(f *Function) Label {
	if !c.token(".L") {
		c.fail("expected a label: .L0")
		return 0
	}
	n := c.number(32)
	if n >= maxLabels {
		c.fail("the label is too large")
		return 0
	}
	f.Labels = max(f.Labels, int(n)+1)
	return Label(n)
}

func (c *cursor) table(f *Function) []Label {
	var targets []Label
	c.list(func() { targets = append(targets, c.label(f)) })
	return targets
}

func (c *cursor) mem() Mem {
	var m Mem
	c.expect("[")
	if slot, ok := parseSlot(c.peekWord()); ok {
		c.word()
		m.Frame = slot
	} else {
		m.Reg = c.register()
		rest, indexes := strings.CutPrefix(c.rest, "+")
		if slot, ok := parseSlot(rest[:symbolLength(rest)]); ok && indexes {
			c.token("+")
			c.word()
			m.Frame = slot
		}
	}
	m.Disp = c.offset()
	c.expect("]")
	return m
}

func (c *cursor) location() LocationRecord {
	var m LocationRecord
	c.expect("%")
	m.Inst = uint32(c.number(32))
	m.Site = c.word()
	switch {
	case c.keyword("none"):
	case strings.HasPrefix(c.rest, "["):
		m.Loc.Kind, m.Loc.Mem = LocMem, c.mem()
	case strings.HasPrefix(c.rest, "&"):
		c.rest = c.rest[1:]
		m.Loc.Kind, m.Loc.Mem = LocAddress, c.mem()
	default:
		m.Loc.Kind, m.Loc.Reg = LocReg, c.register()
	}
	if m.Loc.Signed = strings.HasPrefix(c.rest, "i"); m.Loc.Signed || strings.HasPrefix(c.rest, "u") {
		c.rest = c.rest[1:]
		m.Loc.Bits = uint16(c.number(16))
	}
	if c.keyword("size") {
		m.Loc.Size = uint32(c.number(32))
	}
	return m
}

func (c *cursor) frame(fr *Frame) {
	for c.rest != "" && c.problem == "" {
		switch {
		case c.keyword("size"):
			fr.Size = c.integer()
		case c.keyword("align"):
			fr.Align = c.integer()
		case c.keyword("ra"):
			fr.SavesRA = true
		case c.keyword("fp"):
			fr.UsesFP = true
		case c.keyword("saved"):
			c.list(func() { fr.Saved.Add(c.savedRegister()) })
		default:
			c.fail("a frame has: size, align, ra, fp, saved")
		}
	}
}

func (c *cursor) savedRegister() isa.Reg {
	r := c.register()
	if r.IsVector() {
		c.fail("a saved register is an integer or floating-point one")
		return isa.Zero
	}
	return r
}

// maxSlots bounds the frame indices of parsed text.
const maxSlots = 1 << 16

func (c *cursor) slot(fr *Frame) {
	slot, ok := parseSlot(c.word())
	if !ok || slot >= maxSlots {
		c.fail("expected the name of a frame slot")
		return
	}
	for len(fr.Locs) <= int(slot) {
		fr.Locs = append(fr.Locs, FrameLoc{})
	}
	fr.Locs[slot] = FrameLoc{Base: c.register(), Disp: c.offset()}
}
