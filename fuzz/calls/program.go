package calls

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// Program is a batch of signatures with the values that are passed. The functions of signature n are c_n, the callee in
// C, which air_calls_n calls, and air_n, the callee in AIR, which c_calls_n calls.
type Program struct {
	Signatures []*Signature
	types      airTypes
	slots      [][]Slot // by signature: of the arguments, and last of the result
	sent, mask []byte
}

// The symbols of the memory of a program. All three have the same layout: Sent holds the values, ByC what C received
// and ByAIR what AIR received.
const (
	Sent  = "sent"
	ByC   = "received_by_c"
	ByAIR = "received_by_air"
)

// memoryAlign is the alignment of the memory of a program, as large as that of any type.
const memoryAlign = 64

// Slot is where the memory of a program has an argument or result.
type Slot struct {
	Type     *Type
	At, Size int
}

// NewProgram returns a program of signatures. The values are drawn.
func NewProgram(s *source.Source, signatures []*Signature) *Program {
	p := &Program{Signatures: signatures, types: airTypes{air.NewTypeTable(), map[*Type]*air.Type{}}}
	for _, signature := range signatures {
		var slots []Slot
		for _, t := range append(signature.arguments(), signature.Result) {
			slots = append(slots, p.slot(s, t))
		}
		p.slots = append(p.slots, slots)
	}
	return p
}

// slot appends a value.
func (p *Program) slot(s *source.Source, t *Type) Slot {
	layout := p.types.of(t)
	at, size := len(p.sent), 0
	if !t.IsEmpty() {
		align := int(layout.Align())
		at, size = (at+align-1)/align*align, int(layout.Size())
	}
	for len(p.sent) < at+size {
		p.sent = append(p.sent, byte(s.Intn(256)))
	}
	p.mask = append(p.mask, make([]byte, len(p.sent)-len(p.mask))...)
	if size > 0 {
		p.types.makeLegal(t, p.sent[at:at+size])
		p.types.mask(t, p.mask[at:at+size])
	}
	return Slot{t, at, size}
}

// Arguments returns the slots of the arguments of a signature, and that of its result.
func (p *Program) Arguments(n int) (arguments []Slot, result Slot) {
	last := len(p.slots[n]) - 1
	return p.slots[n][:last], p.slots[n][last]
}

// Type returns the type of the functions of a signature in AIR.
func (p *Program) Type(n int) *air.Type {
	fn, _ := p.Signatures[n].air(&p.types)
	return fn
}

// Value returns the bytes that are sent from a slot.
func (p *Program) Value(s Slot) []byte { return p.sent[s.At : s.At+s.Size] }

// Same reports whether bytes are the value that is sent from a slot, but for padding.
func (p *Program) Same(s Slot, got []byte) bool {
	for i, sent := range p.Value(s) {
		if (sent^got[i])&p.mask[s.At+i] != 0 {
			return false
		}
	}
	return true
}

// C returns the part in C, with the start of the program, which makes all calls and writes the received memory.
func (p *Program) C() string {
	w := cWriter{names: map[*Type]string{}}
	var runs strings.Builder
	for n := range p.Signatures {
		w.signature(p, n)
		fmt.Fprintf(&runs, "\tc_calls_%d();\n\tair_calls_%d();\n", n, n)
	}
	return fmt.Sprintf(cText, w.String(), runs.String(), ByC, len(p.sent), ByAIR, len(p.sent))
}

const cText = `extern _Alignas(64) unsigned char sent[], received_by_c[], received_by_air[];
void *memcpy(void *to, const void *from, unsigned long n) {
	volatile char *a = to;
	const volatile char *b = from;
	while (n--) *a++ = *b++;
	return to;
}
void *memset(void *to, int byte, unsigned long n) {
	volatile char *a = to;
	while (n--) *a++ = byte;
	return to;
}
static long system_call(long number, long x, const void *y, long z) {
	register long a7 __asm__("a7") = number;
	register long a0 __asm__("a0") = x;
	register const void *a1 __asm__("a1") = y;
	register long a2 __asm__("a2") = z;
	__asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
	return a0;
}
%s
void _start(void) {
%s	system_call(64, 1, %s, %d);
	system_call(64, 1, %s, %d);
	system_call(94, 0, 0, 0);
}
`

// cWriter writes functions in C.
type cWriter struct {
	strings.Builder
	names map[*Type]string
}

// name returns the name of a struct or union, and defines it at its first use.
func (w *cWriter) name(t *Type) string {
	if w.names[t] == "" {
		var members strings.Builder
		t.members(&members, w.name) // defines those inside
		keyword := map[Kind]string{Struct: "struct", Union: "union"}[t.Kind]
		w.names[t] = fmt.Sprintf("%s t%d", keyword, len(w.names))
		fmt.Fprintf(w, "%s { %s};\n", w.names[t], members.String())
	}
	return w.names[t]
}

func (w *cWriter) declare(t *Type, name string) string {
	return strings.TrimSpace(declare(t, name, w.name))
}

// at returns the lvalue of a slot in a memory.
func (w *cWriter) at(memory string, s Slot) string {
	return fmt.Sprintf("*(%s *)(%s + %d)", w.declare(s.Type, ""), memory, s.At)
}

// signature writes the callee and the caller of a signature.
func (w *cWriter) signature(p *Program, n int) {
	s := p.Signatures[n]
	arguments, result := p.Arguments(n)
	var params, types, values []string
	body := ""
	for i, a := range arguments {
		declared := w.declare(a.Type, fmt.Sprintf("x%d", i))
		from := fmt.Sprintf("x%d", i)
		if i < len(s.Params) {
			params, types = append(params, declared), append(types, w.declare(a.Type, ""))
		} else {
			from = fmt.Sprintf("__builtin_va_arg(list, %s)", w.declare(a.Type, ""))
		}
		body += fmt.Sprintf("\t%s = %s;\n", w.at(ByC, a), from)
		values = append(values, w.at(Sent, a))
	}
	if s.IsVariadic {
		body = fmt.Sprintf("\t__builtin_va_list list;\n\t__builtin_va_start(list, x%d);\n%s\t__builtin_va_end(list);\n", len(s.Params)-1, body)
		params, types = append(params, "..."), append(types, "...")
	}
	if len(params) == 0 {
		params, types = []string{"void"}, []string{"void"}
	}
	call := fmt.Sprintf("air_%d(%s)", n, strings.Join(values, ", "))
	if s.Result.Kind != Void {
		body += fmt.Sprintf("\treturn %s;\n", w.at(Sent, result))
		call = fmt.Sprintf("%s = %s", w.at(ByC, result), call)
	}
	returns := w.declare(s.Result, "")
	fmt.Fprintf(w, "%s air_%d(%s);\n", returns, n, strings.Join(types, ", "))
	fmt.Fprintf(w, "%s c_%d(%s) {\n%s}\n", returns, n, strings.Join(params, ", "), body)
	fmt.Fprintf(w, "void c_calls_%d(void) {\n\t%s;\n}\nvoid air_calls_%d(void);\n", n, call, n)
}

// AIR returns the part in AIR, with the memory of the program.
func (p *Program) AIR() *air.Module {
	m := air.NewModule()
	m.Types = p.types.table
	unlike := slices.Clone(p.sent) // so that what is not received differs
	for i := range unlike {
		unlike[i] ^= 0xff
	}
	memory := m.Types.Array(uint64(len(p.sent)), air.U8)
	for name, bytes := range map[string][]byte{Sent: p.sent, ByC: unlike, ByAIR: unlike} {
		m.Globals = append(m.Globals, &air.Global{Name: name, Type: memory, Align: memoryAlign, Init: &air.Value{Type: memory, Kind: air.BytesValue, Bytes: bytes}})
	}
	slices.SortFunc(m.Globals, func(a, b *air.Global) int { return strings.Compare(a.Name, b.Name) })
	b := &builder{air.NewBuilder(m), p}
	for n := range p.Signatures {
		b.callee(n)
		b.caller(n)
	}
	return m
}

// builder writes functions in AIR.
type builder struct {
	*air.Builder
	program *Program
}

// at returns the address of a slot in a memory.
func (b *builder) at(memory string, s Slot) air.Ref {
	return b.Address(b.Module.Types.Pointer(b.program.types.of(s.Type)), memory, int64(s.At))
}

// load returns what a slot of the sent memory holds.
func (b *builder) load(s Slot) air.Ref {
	switch {
	case s.Type.Kind == Void:
		return b.Void()
	case s.Size == 0:
		return b.Undef(b.program.types.of(s.Type))
	}
	return b.Load(b.at(Sent, s))
}

// receive stores a value in the memory of what AIR received.
func (b *builder) receive(s Slot, value func() air.Ref) {
	if s.Size > 0 {
		b.Store(b.at(ByAIR, s), value())
	}
}

func (b *builder) callee(n int) {
	s := b.program.Signatures[n]
	fn, _ := s.air(&b.program.types)
	arguments, result := b.program.Arguments(n)
	b.Begin(fmt.Sprint("air_", n), fn)
	values := make([]air.Ref, len(s.Params))
	for i, a := range arguments[:len(s.Params)] {
		if a.Size > 0 {
			values[i] = b.Arg(i)
		}
	}
	for i, v := range values {
		b.receive(arguments[i], func() air.Ref { return v })
	}
	if s.IsVariadic {
		pointer := b.Module.Types.Pointer(air.AnyOpaque)
		list := b.Alloc(pointer)
		b.Store(list, b.Inst(air.CVaStart, pointer))
		for _, a := range arguments[len(s.Params):] {
			b.receive(a, func() air.Ref { return b.Inst(air.CVaArg, b.program.types.of(a.Type), list) })
		}
		b.Inst(air.CVaEnd, nil, list)
	}
	b.Ret(b.load(result))
	b.End()
}

func (b *builder) caller(n int) {
	fn, _ := b.program.Signatures[n].air(&b.program.types)
	arguments, result := b.program.Arguments(n)
	callee := b.Extern(fmt.Sprint("c_", n), fn)
	b.Begin(fmt.Sprint("air_calls_", n), b.Module.Types.FnOf(air.Type{Elem: air.VoidType, CallC: true}))
	var values []air.Ref
	for _, a := range arguments {
		values = append(values, b.load(a))
	}
	returned := b.Call(b.FuncRef(callee), values...)
	b.receive(result, func() air.Ref { return returned })
	b.Ret(b.Void())
	b.End()
}

// Object compiles the part in AIR.
func (p *Program) Object(o backend.Options) ([]byte, error) {
	var out bytes.Buffer
	err := backend.WriteObject(&out, p.AIR(), o)
	return out.Bytes(), err
}
