package ir

import (
	"math/big"
	"strings"
)

// parsers read the rest of an instruction behind its word.
var parsers = allParsers()

func allParsers() map[string]func(r *reader, in *Inst) {
	all := map[string]func(r *reader, in *Inst){
		"icmp": comparison, "fcmp": comparison, "select": selects, "fneg": unary, "alloca": alloca, "load": load, "store": store,
		"getelementptr": element, "call": call, "br": branch, "switch": switches, "phi": phi, "ret": ret,
		"unreachable": func(*reader, *Inst) {}, "fence": func(r *reader, in *Inst) { in.Order = r.word() },
		"cmpxchg": cmpxchg, "atomicrmw": atomicrmw, "insertelement": parts(3), "extractelement": parts(2), "shufflevector": parts(3),
	}
	for _, op := range strings.Fields("add sub mul and or xor sdiv udiv srem urem shl lshr ashr fadd fsub fmul fdiv frem") {
		all[op] = binary
	}
	for _, op := range strings.Fields("zext sext trunc bitcast fptrunc fpext fptosi fptoui sitofp uitofp ptrtoint inttoptr") {
		all[op] = conversion
	}
	return all
}

// pairs are the pairs of a function: parts are the names of the parts of results, by the names of the instructions that
// take them, and made the parts of those that are returned.
type pairs struct {
	parts map[string]string
	made  map[string][2]Operand
}

func newPairs() *pairs { return &pairs{parts: map[string]string{}, made: map[string][2]Operand{}} }

// extract reads the rest of an extractvalue.
func (p *pairs) extract(r *reader, result string) {
	r.pair()
	r.expect("%")
	whole := r.name()
	r.expect(",")
	p.parts[result] = whole
	if r.number() == 1 {
		p.parts[result] = overflowOf(whole)
	}
}

// insert reads the rest of an insertvalue.
func (p *pairs) insert(r *reader, result string) {
	first, _ := r.pair()
	made := p.made[r.operand(first).Name]
	r.expect(",")
	_, part := r.typed()
	r.expect(",")
	made[r.number()&1] = part
	p.made[result] = made
}

// returned reads the rest of a ret of a pair.
func (p *pairs) returned(r *reader, in *Inst) {
	in.Type, in.Second = r.pair()
	made := p.made[r.operand(in.Type).Name]
	in.Args = made[:]
}

// instruction reads a line of a body. An extractvalue or insertvalue only goes to pairs; it is no instruction.
func instruction(line string, p *pairs) (in Inst, err error) {
	r := &reader{text: line}
	if r.take("%") {
		in.Result = r.name()
		r.expect("=")
	}
	in.Op = r.word()
	switch {
	case in.Op == "extractvalue":
		p.extract(r, in.Result)
		return Inst{}, r.err
	case in.Op == "insertvalue":
		p.insert(r, in.Result)
		return Inst{}, r.err
	case in.Op == "ret" && strings.HasPrefix(r.text, " {"):
		p.returned(r, &in)
		return in, r.err
	}
	parse := parsers[in.Op]
	if parse == nil {
		r.fail("the instruction " + in.Op)
		return in, r.err
	}
	parse(r, &in)
	return in, r.err
}

// overflowOf returns the name of the flag beside a result.
func overflowOf(result string) string { return result + ".flag" }

func binary(r *reader, in *Inst) {
	if r.takeAny("nsw", "nuw", "exact")["nsw"] {
		in.Flags |= NoSignedWrap
	}
	in.Type, in.Args = r.two()
}

func comparison(r *reader, in *Inst) {
	in.Predicate = r.word()
	t, args := r.two()
	in.Type, in.Args = t.Of(I1), args
}

func unary(r *reader, in *Inst) {
	t, x := r.typed()
	in.Type, in.Args = t, []Operand{x}
}

func selects(r *reader, in *Inst) {
	_, condition := r.typed()
	r.expect(",")
	t, x := r.typed()
	r.expect(",")
	_, y := r.typed()
	in.Type, in.Args = t, []Operand{condition, x, y}
}

func conversion(r *reader, in *Inst) {
	r.takeAny("nsw", "nuw", "nneg")
	_, x := r.typed()
	r.expect("to")
	in.Type, in.Args = r.typ(), []Operand{x}
}

// parts reads operands with their types, of which the first has the type of the result but for an extracted lane.
func parts(n int) func(*reader, *Inst) {
	return func(r *reader, in *Inst) {
		for i := range n {
			if i > 0 {
				r.expect(",")
			}
			_, o := r.typed()
			in.Args = append(in.Args, o)
		}
		in.Type = in.Args[0].Type
		switch {
		case n == 2:
			in.Type = in.Type.Lane()
		case in.Op == "shufflevector":
			in.Type.Lanes = in.Args[2].Type.Lanes
		}
	}
}

func alloca(r *reader, in *Inst) {
	r.expect("[")
	in.Size = r.number()
	r.expect("x i8], align")
	in.Align, in.Type = r.number(), Address
}

// place reads the order and alignment behind an access to memory.
func (r *reader) place(in *Inst) {
	if !r.take(",") && r.text != "" {
		in.Order = r.word()
		r.expect(",")
	}
	in.Align = 1
	if r.takeWord("align") {
		in.Align = r.number()
	}
}

// access reads the words before a type that is accessed.
func (r *reader) access(in *Inst) {
	words := r.takeAny("atomic", "volatile")
	if words["atomic"] {
		in.Flags |= Atomic
	}
	if words["volatile"] {
		in.Flags |= Volatile
	}
}

func load(r *reader, in *Inst) {
	r.access(in)
	in.Type = r.typ()
	r.expect(", ptr")
	in.Args = []Operand{r.operand(Address)}
	r.place(in)
}

// store has the value as its first operand and the address as its second.
func store(r *reader, in *Inst) {
	r.access(in)
	t, v := r.typed()
	r.expect(", ptr")
	in.Type, in.Args = t, []Operand{v, r.operand(Address)}
	r.place(in)
}

func element(r *reader, in *Inst) {
	r.takeWord("inbounds")
	in.Size = 1
	if r.take("[") {
		in.Size = r.number()
		r.expect("x i8], ptr")
	} else {
		r.expect("i8, ptr")
	}
	p := r.operand(Address)
	r.expect(",")
	_, index := r.typed()
	in.Type, in.Args = Address, []Operand{p, index}
}

func branch(r *reader, in *Inst) {
	if !r.takeWord("label") {
		_, condition := r.typed()
		in.Args = []Operand{condition}
		r.expect(", label")
	}
	r.expect("%")
	in.Labels = append(in.Labels, r.word())
	if r.take(", label %") {
		in.Labels = append(in.Labels, r.word())
	}
}

func switches(r *reader, in *Inst) {
	t, v := r.typed()
	in.Type, in.Args = t, []Operand{v}
	r.expect(", label %")
	otherwise := r.word()
	for r.expect("["); !r.take("]") && r.err == nil; {
		_, item := r.typed()
		in.Cases = append(in.Cases, item.Value())
		r.expect(", label %")
		in.Labels = append(in.Labels, r.word())
	}
	in.Labels = append(in.Labels, otherwise)
}

func phi(r *reader, in *Inst) {
	in.Type = r.typ()
	for r.take("[") {
		in.Args = append(in.Args, r.operand(in.Type))
		r.expect(", %")
		in.Labels = append(in.Labels, r.word())
		r.expect("]")
		r.take(",")
	}
}

func ret(r *reader, in *Inst) {
	if in.Type = (Type{Kind: Void}); r.takeWord("void") {
		return
	}
	t, v := r.typed()
	in.Type, in.Args = t, []Operand{v}
}

// cmpxchg has address, expected and new value as its operands; its flag is whether they were exchanged.
func cmpxchg(r *reader, in *Inst) {
	r.access(in)
	_, p := r.typed()
	r.expect(",")
	t, expected := r.typed()
	r.expect(",")
	_, changed := r.typed()
	in.Type, in.Args, in.Overflow = t, []Operand{p, expected, changed}, overflowOf(in.Result)
	in.Size = t.Bits / 8
	in.Order, in.Failure = r.word(), r.word()
	r.expect(", align")
	in.Align = r.number()
}

// atomicrmw has address and value as its operands.
func atomicrmw(r *reader, in *Inst) {
	r.access(in)
	in.Predicate = r.word()
	_, p := r.typed()
	r.expect(",")
	t, v := r.typed()
	in.Type, in.Args, in.Size = t, []Operand{p, v}, t.Bits/8
	in.Order = r.word()
	r.expect(", align")
	in.Align = r.number()
}

// call reads a call of a function, through an address, or of an intrinsic. The empty inline assembly becomes "barrier".
func call(r *reader, in *Inst) {
	if strings.HasPrefix(r.text, " void asm") {
		in.Op, in.Type, r.text = "barrier", Type{Kind: Void}, ""
		return
	}
	if strings.HasSuffix(r.text, " noinline") {
		r.text, in.Flags = strings.TrimSuffix(r.text, " noinline"), in.Flags|NoInline
	}
	in.Extension = r.extension()
	if in.Type, in.Second = r.pair(); in.Second != (Type{}) {
		in.Overflow = overflowOf(in.Result)
	}
	if r.take("(") { // the parameter types of a variadic function
		in.Variadic = true
		if named, rest, ok := strings.Cut(r.text, "...)"); ok {
			r.text, in.Named = rest, strings.Count(named, ",")
		} else {
			r.fail("no parameter types")
		}
	}
	if r.take("@") {
		in.Callee = r.name()
	} else {
		in.Args = append(in.Args, r.operand(Address))
	}
	for r.expect("("); !r.take(")") && r.err == nil; r.take(",") {
		_, o := r.typed()
		in.Args = append(in.Args, o)
	}
	if strings.HasPrefix(in.Callee, "llvm.") {
		in.Op, in.Callee, in.Second = untyped(in.Callee), "", Type{}
	}
}

// untyped returns the name of an intrinsic without the types at its end.
func untyped(name string) string {
	parts := strings.Split(name, ".")
	for len(parts) > 2 && isTypeName(parts[len(parts)-1]) {
		parts = parts[:len(parts)-1]
	}
	return strings.Join(parts, ".")
}

func isTypeName(s string) bool {
	s = strings.TrimLeft(s, "v0123456789")
	if s == "" || !strings.ContainsRune("ifp", rune(s[0])) {
		return false
	}
	_, ok := new(big.Int).SetString(s[1:], 10)
	return ok
}
