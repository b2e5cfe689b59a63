package air

import (
	"math"
	"strings"
)

// funcBody reads the body of a declared function.
func (p *parser) funcBody(f *Func) {
	p.b.resume(f)
	p.numbers.reset()
	p.body()
	if p.err == nil {
		p.b.finish()
	}
}

func (p *parser) body() {
	p.enter(&p.bodies, maxBodies)
	p.expect("{")
	for !p.accept("}") && p.err == nil {
		p.inst()
	}
	p.bodies--
}

// instParser is the state of reading one instruction: its operands so far are parser.ops[ops:].
type instParser struct {
	index  Index
	row    *Row
	ops    int
	typ    *Type
	opened bool // the first body has been opened
}

// inst reads %N = tag(...).
func (p *parser) inst() {
	c := instParser{index: p.defineNumber(), ops: len(p.ops)}
	p.mark(c.index, -1)
	p.expect("=")
	offset := p.tok.offset
	name := p.take(wordToken, "an instruction")
	tag, ok := TagByName(name)
	if !ok {
		if p.err == nil {
			p.fail(offset, "there is no instruction %q", name)
		}
		return
	}
	p.b.add(tag, VoidType, 0, nil, nil)
	c.row = tag.Row()
	p.expect("(")
	for n, part := range forms[c.row.Form] {
		if n > 0 && !(part == opsPart && c.row.Ops == 0) {
			p.expect(",")
		}
		p.part(part, &c)
	}
	p.expect(")")
	p.complete(&c, offset)
}

// complete fills in the operands and type of the instruction.
func (p *parser) complete(c *instParser, offset int) {
	if p.err != nil {
		return
	}
	if c.opened {
		p.b.Close()
	}
	in := &p.b.Func.Insts[c.index]
	in.Ops = p.b.refs.copyOf(p.ops[c.ops:])
	p.ops = p.ops[:c.ops]
	if c.typ == nil {
		var first *Type
		if len(in.Ops) > 0 {
			first = p.b.TypeOf(in.Ops[0])
		}
		c.typ = c.row.Result.resultType(first)
	}
	if c.typ == nil {
		p.fail(offset, "%s cannot have an operand of type %s", in.Tag, p.b.TypeOf(in.Ops[0]))
		return
	}
	in.Type = c.typ
}

// defineNumber consumes the %N that an instruction starts with.
func (p *parser) defineNumber() Index {
	index := Index(len(p.b.Func.Insts))
	offset := p.tok.offset
	number := p.refNumber()
	if _, twice := p.numbers.get(number); twice && p.err == nil {
		p.fail(offset, "%%%d is defined twice", number)
	}
	p.numbers.set(number, index)
	return index
}

func (p *parser) refNumber() uint32 {
	offset, number := p.tok.offset, p.tok.number
	text := p.take(refToken, "a number like %1")
	if number > math.MaxUint32 && p.err == nil {
		p.fail(offset, "%%%s is too large a number", text)
	}
	return uint32(number)
}

// reference consumes a %N that was defined before.
func (p *parser) reference() Index {
	offset := p.tok.offset
	number := p.refNumber()
	index, ok := p.numbers.get(number)
	if !ok && p.err == nil {
		p.fail(offset, "%%%d is not defined before this place", number)
	}
	return index
}

// numbering is the instructions of a function by their numbers in the text.
type numbering struct {
	dense []Index // plus one; of the small numbers
	rest  map[uint32]Index
}

// reset forgets all numbers.
func (n *numbering) reset() {
	n.dense = n.dense[:0]
	clear(n.rest)
}

func (n *numbering) get(number uint32) (Index, bool) {
	if int(number) < len(n.dense) {
		return n.dense[number] - 1, n.dense[number] != 0
	}
	index, ok := n.rest[number]
	return index, ok
}

// set gives a number to an instruction that has none yet. A number far beyond that of the instructions is rare.
func (n *numbering) set(number uint32, index Index) {
	const gap = 64
	switch {
	case int(number) < len(n.dense):
		n.dense[number] = index + 1
	case number <= 2*uint32(index)+gap && len(n.rest) == 0:
		for int(number) > len(n.dense) {
			n.dense = append(n.dense, 0)
		}
		n.dense = append(n.dense, index+1)
	default:
		if n.rest == nil {
			n.rest = map[uint32]Index{}
		}
		n.rest[number] = index
	}
}

// mark records a ! at the current token.
func (p *parser) mark(inst Index, op int) {
	if p.accept("!") {
		p.marks = append(p.marks, DeathMark{p.b.Func, inst, op})
	}
}

func (p *parser) part(part part, c *instParser) {
	switch part {
	case typePart:
		c.typ = p.typ()
	case calleePart:
		p.operand(c)
	case opsPart:
		for n := range int(c.row.Ops) {
			if n > 0 {
				p.expect(",")
			}
			p.operand(c)
		}
	case listPart:
		p.expect("[")
		p.list("]", func() { p.operand(c) })
	case numberPart:
		p.instruction(c).N = uint32(p.unsigned(32))
	case targetPart:
		p.instruction(c).N = uint32(p.reference())
	case bodyPart:
		p.nestedBody(c)
	case casesPart:
		p.cases(c)
	case namePart:
		extraOf[DebugExtra](p.instruction(c)).Name = p.take(stringToken, "a name in quotes")
	case columnPart:
		extraOf[DebugExtra](p.instruction(c)).Column = uint32(p.unsigned(32))
	case orderPart:
		extraOf[AtomicExtra](p.instruction(c)).Order = Order(p.choice("a memory order", orderNames[:]))
	case failurePart:
		extraOf[AtomicExtra](p.instruction(c)).Failure = Order(p.choice("a memory order", orderNames[:]))
	case operationPart:
		extraOf[AtomicExtra](p.instruction(c)).Operation = Operation(p.choice("an operator", operationNames[:]))
	case reducePart:
		extraOf[ReduceExtra](p.instruction(c)).Operation = Operation(p.choice("an operator", operationNames[:]))
	case predicatePart:
		p.predicate(extraOf[CompareExtra](p.instruction(c)))
	case setPart:
		extraOf[ErrorSetExtra](p.instruction(c)).Set = p.typ()
	case maskPart:
		p.mask(extraOf[ShuffleExtra](p.instruction(c)))
	case assemblyPart:
		p.assembly(c)
	case prefetchPart:
		p.prefetch(extraOf[PrefetchExtra](p.instruction(c)))
	}
}

func (p *parser) instruction(c *instParser) *Inst { return &p.b.Func.Insts[c.index] }

// extraOf returns the Extra of an instruction, created on first use.
func extraOf[T any, P interface {
	*T
	Extra
}](in *Inst) P {
	if in.Extra == nil {
		in.Extra = P(new(T))
	}
	return in.Extra.(P)
}

func (p *parser) operand(c *instParser) {
	op := p.operandRef()
	p.mark(c.index, len(p.ops)-c.ops)
	p.ops = append(p.ops, op)
}

// operandRef reads %1, {}, @function or <T, literal>.
func (p *parser) operandRef() Ref {
	switch {
	case p.tok.kind == refToken:
		return InstRef(p.reference())
	case p.tok.kind == atToken:
		offset := p.tok.offset
		name := p.symbol()
		if f := p.funcs[name]; f != nil {
			return p.b.FuncRef(f)
		}
		p.fail(offset, "there is no function %s", symbolText(name))
	case p.accept("{"):
		p.expect("}")
		return p.b.Void()
	case p.accept("<"):
		t := p.typ()
		p.expect(",")
		v := p.literal(t)
		p.expect(">")
		return p.b.Const(v)
	default:
		p.unexpected("an operand")
	}
	return p.b.Void()
}

// nestedBody reads the next body of an instruction.
func (p *parser) nestedBody(c *instParser) {
	if c.opened {
		p.b.NextBody()
	} else {
		p.b.openBody(c.index)
		c.opened = true
	}
	p.body()
}

func (p *parser) cases(c *instParser) {
	x := extraOf[SwitchExtra](p.instruction(c))
	typ := p.b.TypeOf(p.ops[len(p.ops)-1])
	for !p.accept("else") && p.err == nil {
		var items SwitchCase
		p.expect("[")
		p.list("]", func() { p.caseItem(&items, typ) })
		x.Cases = append(x.Cases, items)
		p.expect("=>")
		p.nestedBody(c)
		p.expect(",")
	}
	p.expect("=>")
	p.nestedBody(c)
}

func (p *parser) caseItem(items *SwitchCase, t *Type) {
	low := p.literal(t)
	if !p.accept("...") {
		items.Items = append(items.Items, low)
		return
	}
	items.Ranges = append(items.Ranges, [2]*Value{low, p.literal(t)})
}

// choice consumes one of the words and returns its position.
func (p *parser) choice(what string, words []string) int {
	for i, w := range words {
		if p.accept(w) {
			return i
		}
	}
	p.unexpected(what + " (" + strings.Join(words, ", ") + ")")
	return 0
}

// predicates are the comparisons of cmp_vector.
var predicates = [...]Tag{CmpLt, CmpLte, CmpEq, CmpGte, CmpGt, CmpNeq}

func (p *parser) predicate(x *CompareExtra) {
	words := make([]string, len(predicates))
	for i, tag := range predicates {
		words[i] = tag.String()[len("cmp_"):]
	}
	x.Predicate = predicates[p.choice("a comparison", words)]
}

func (p *parser) mask(x *ShuffleExtra) {
	p.expect("[")
	p.list("]", func() {
		if p.accept("undefined") {
			x.Mask = append(x.Mask, UndefinedLane)
			return
		}
		offset := p.tok.offset
		lane := p.wide()
		if lane.large != nil || lane.small != int64(int32(lane.small)) || lane.small == int64(UndefinedLane) {
			p.fail(offset, "a lane is a number of 32 bits")
		}
		x.Mask = append(x.Mask, int32(lane.small))
	})
}

// assembly reads volatile "text", outputs [...], inputs [...], clobbers [...].
func (p *parser) assembly(c *instParser) {
	x := extraOf[AssemblyExtra](p.instruction(c))
	x.Volatile = p.accept("volatile")
	x.Text = p.take(stringToken, "the text of the assembly")
	p.expect(",")
	p.expect("outputs")
	x.Outputs = p.asmOperands(c)
	p.expect(",")
	p.expect("inputs")
	x.Inputs = p.asmOperands(c)
	p.expect(",")
	p.expect("clobbers")
	p.expect("[")
	p.list("]", func() { x.Clobbers = append(x.Clobbers, p.take(stringToken, "a clobber in quotes")) })
}

// asmOperands reads [name "constraint" = op, ...]; an output without op is the result.
func (p *parser) asmOperands(c *instParser) (operands []Operand) {
	p.expect("[")
	p.list("]", func() {
		o := Operand{Name: p.name("a name"), Op: -1}
		o.Constraint = p.take(stringToken, "a constraint in quotes")
		if p.accept("=") {
			o.Op = len(p.ops) - c.ops
			p.operand(c)
		}
		operands = append(operands, o)
	})
	return operands
}

func (p *parser) prefetch(x *PrefetchExtra) {
	x.Write = p.choice("read or write", []string{"read", "write"}) == 1
	p.expect(",")
	x.Locality = uint8(p.unsigned(8))
	p.expect(",")
	x.Instruction = p.choice("data or instruction", []string{"data", "instruction"}) == 1
}
