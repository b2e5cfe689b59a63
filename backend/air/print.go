package air

import "strconv"

// Deaths reports whether an operand of an instruction dies there; for op -1, whether the instruction's result is
// unused.
type Deaths func(f *Func, inst Index, op int) bool

// Print returns the text of a module, which Parse reads back.
func Print(m *Module) []byte { return PrintDeaths(m, nil) }

// PrintDeaths is Print with a death mark wherever deaths reports one.
func PrintDeaths(m *Module, deaths Deaths) []byte {
	p := printer{deaths: deaths, funcs: make(map[string]*Type, len(m.Funcs))}
	for _, f := range m.Funcs {
		p.funcs[f.Name] = f.Type
	}
	if m.Types.Rules != Zig014 {
		p.text("layout ", fieldRules[m.Types.Rules], "\n")
	}
	p.errorTable(m.ErrorNames)
	for _, t := range m.Types.Named() {
		p.blankLine()
		p.definition(t)
	}
	for i, g := range m.Globals {
		if i == 0 {
			p.blankLine()
		}
		p.global(g)
	}
	for _, f := range m.Funcs {
		p.blankLine()
		p.function(f)
	}
	return p.out
}

// String returns the text of a function.
func (f *Func) String() string {
	var p printer
	p.function(f)
	return string(p.out)
}

// InstText returns the text of one instruction with its nested bodies.
func (f *Func) InstText(inst Index) string {
	p := printer{f: f}
	p.inst(inst)
	return string(p.out)
}

type printer struct {
	out    []byte
	f      *Func
	funcs  map[string]*Type // nil if only one function is printed
	deaths Deaths
	indent int
}

func (p *printer) text(texts ...string) {
	for _, s := range texts {
		p.out = append(p.out, s...)
	}
}

// list prints n items in brackets.
func (p *printer) list(n int, item func(i int)) {
	p.text("[")
	p.separated(n, item)
	p.text("]")
}

func (p *printer) separated(n int, item func(i int)) {
	for i := range n {
		if i > 0 {
			p.text(", ")
		}
		item(i)
	}
}

func (p *printer) number(n uint64) { p.out = strconv.AppendUint(p.out, n, 10) }
func (p *printer) quoted(s string) { p.out = appendQuoted(p.out, s) }

func (p *printer) newLine() {
	p.text("\n")
	for range p.indent {
		p.text("  ")
	}
}

func (p *printer) blankLine() {
	if len(p.out) > 0 {
		p.text("\n")
	}
}

func (p *printer) errorTable(names []string) {
	if len(names) < 2 {
		return
	}
	members := make([]ErrorMember, 0, len(names))
	for value, name := range names {
		if value > 0 && name != "" {
			members = append(members, ErrorMember{name, uint16(value)})
		}
	}
	p.text("const anyerror = ")
	p.out = append(appendErrors(p.out, members), '\n')
}

func (p *printer) global(g *Global) {
	if g.Extern {
		p.text("extern ")
	}
	if g.ThreadLocal {
		p.text("threadlocal ")
	}
	if g.Const {
		p.text("const ")
	} else {
		p.text("var ")
	}
	p.text(symbolText(g.Name), ": ")
	p.typ(g.Type)
	p.align(g.Align)
	if g.Init != nil {
		p.text(" = ")
		p.out = g.Init.appendLiteral(p.out)
	}
	p.text("\n")
}

// align prints an alignment unless it is the natural one.
func (p *printer) align(n uint32) {
	if n != 0 {
		p.text(" align(", utoa(uint64(n)), ")")
	}
}

func (p *printer) function(f *Func) {
	p.f = f
	if f.Extern {
		p.text("extern ")
	}
	p.text("fn ", symbolText(f.Name))
	p.out = f.Type.appendSignature(p.out)
	p.align(f.Align)
	if f.File != "" {
		p.text(" in ")
		p.quoted(f.File)
		p.text(":", utoa(uint64(f.Line)))
	}
	if !f.Extern {
		p.text(" ")
		p.body(f.Body)
	}
	p.text("\n")
}

func (p *printer) body(b Body) {
	p.text("{")
	p.indent++
	for _, i := range b {
		p.newLine()
		p.inst(i)
	}
	p.indent--
	p.newLine()
	p.text("}")
}

func (p *printer) inst(i Index) {
	in := &p.f.Insts[i]
	p.ref(InstRef(i))
	p.mark(i, -1)
	p.text(" = ", in.Tag.String(), "(")
	cursor := partCursor{index: i, in: in}
	for n, part := range forms[in.Tag.Row().Form] {
		start := len(p.out)
		if n > 0 {
			p.text(", ")
		}
		before := len(p.out)
		p.part(part, &cursor)
		if len(p.out) == before { // an empty part needs no comma
			p.out = p.out[:start]
		}
	}
	p.text(")")
}

func (p *printer) ref(r Ref) {
	if i, ok := r.Inst(); ok {
		p.text("%")
		p.number(uint64(i))
		return
	}
	v := p.f.Value(r)
	if v.Type.Kind == Fn && v.Kind == SymbolValue && (p.funcs == nil || p.funcs[v.Symbol] == v.Type) {
		p.text(symbolText(v.Symbol)) // a function by its own type
		return
	}
	p.out = v.appendOperand(p.out)
}

func (p *printer) mark(i Index, op int) {
	if p.deaths != nil && p.deaths(p.f, i, op) {
		p.text("!")
	}
}

func (p *printer) typ(t *Type) { p.out = t.appendText(p.out) }

// partCursor steps through the operands and bodies of an instruction as its parts consume them.
type partCursor struct {
	index    Index
	in       *Inst
	op, body int
}

func (p *printer) part(part part, c *partCursor) {
	in := c.in
	switch part {
	case typePart:
		p.typ(in.Type)
	case calleePart:
		p.operand(c)
	case opsPart:
		p.separated(int(in.Tag.Row().Ops), func(int) { p.operand(c) })
	case listPart:
		p.list(len(in.Ops)-c.op, func(int) { p.operand(c) })
	case numberPart:
		p.number(uint64(in.N))
	case targetPart:
		p.ref(InstRef(in.Target()))
	case bodyPart:
		p.body(in.Bodies[c.body])
		c.body++
	case casesPart:
		p.cases(in)
	case namePart:
		p.quoted(in.Extra.(*DebugExtra).Name)
	case columnPart:
		p.number(uint64(in.Extra.(*DebugExtra).Column))
	case orderPart:
		p.text(in.Extra.(*AtomicExtra).Order.String())
	case failurePart:
		p.text(in.Extra.(*AtomicExtra).Failure.String())
	case operationPart:
		p.text(in.Extra.(*AtomicExtra).Operation.String())
	case reducePart:
		p.text(in.Extra.(*ReduceExtra).Operation.String())
	case predicatePart:
		p.text(in.Extra.(*CompareExtra).Predicate.String()[len("cmp_"):])
	case setPart:
		p.typ(in.Extra.(*ErrorSetExtra).Set)
	case maskPart:
		p.mask(in.Extra.(*ShuffleExtra).Mask)
	case assemblyPart:
		p.assembly(in.Extra.(*AssemblyExtra), c)
	case prefetchPart:
		p.prefetch(in.Extra.(*PrefetchExtra))
	}
}

func (p *printer) operand(c *partCursor) {
	p.ref(c.in.Ops[c.op])
	p.mark(c.index, c.op)
	c.op++
}

func (p *printer) cases(in *Inst) {
	for i, c := range in.Extra.(*SwitchExtra).Cases {
		p.list(len(c.Items)+len(c.Ranges), func(n int) {
			if n < len(c.Items) {
				p.out = c.Items[n].appendLiteral(p.out)
				return
			}
			r := c.Ranges[n-len(c.Items)]
			p.out = append(r[0].appendLiteral(p.out), "..."...)
			p.out = r[1].appendLiteral(p.out)
		})
		p.text(" => ")
		p.body(in.Bodies[i])
		p.text(", ")
	}
	p.text("else => ")
	p.body(in.Bodies[len(in.Bodies)-1])
}

func (p *printer) mask(mask []int32) {
	p.list(len(mask), func(i int) {
		if mask[i] == UndefinedLane {
			p.text("undefined")
		} else {
			p.out = strconv.AppendInt(p.out, int64(mask[i]), 10)
		}
	})
}

func (p *printer) assembly(x *AssemblyExtra, c *partCursor) {
	if x.Volatile {
		p.text("volatile ")
	}
	p.quoted(x.Text)
	p.text(", outputs ")
	p.asmOperands(x.Outputs, c)
	p.text(", inputs ")
	p.asmOperands(x.Inputs, c)
	p.text(", clobbers ")
	p.list(len(x.Clobbers), func(i int) { p.quoted(x.Clobbers[i]) })
}

func (p *printer) asmOperands(operands []Operand, c *partCursor) {
	p.list(len(operands), func(i int) {
		o := operands[i]
		p.text(quoteName(o.Name), " ")
		p.quoted(o.Constraint)
		if o.Op >= 0 {
			p.text(" = ")
			p.operand(c)
		}
	})
}

func (p *printer) prefetch(x *PrefetchExtra) {
	p.text([]string{"read", "write"}[btoi(x.Write)], ", ", utoa(uint64(x.Locality)))
	p.text([]string{", data", ", instruction"}[btoi(x.Instruction)])
}
