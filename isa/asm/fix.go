package asm

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// fix is an operand whose value is known only after layout: that of a symbol, mostly, or of an expression.
type fix struct {
	kind   fixKind
	symbol *symbol
	expr   *expr
}

func (f *fix) isSet() bool { return f.symbol != nil || f.expr != nil }

type fixKind uint8

const (
	fixValue    fixKind = iota // the value itself
	fixDistance                // the value minus the address of the instruction
	fixHi                      // upper 20 bits, to be added to fixLo
	fixLo                      // lower 12 bits, signed
	fixPCHi                    // upper 20 bits of the distance
	fixTable                   // fixPCHi of the symbol's entry in the global offset table, only while an operand is read
	fixPCLo                    // lower 12 bits of the distance that the fixPCHi at the label has
)

// relocation returns the kind of fix of a relocation function, such as %hi.
func relocation(name string) (fixKind, error) {
	switch name {
	case "%hi":
		return fixHi, nil
	case "%lo":
		return fixLo, nil
	case "%pcrel_hi":
		return fixPCHi, nil
	case "%pcrel_lo":
		return fixPCLo, nil
	case "%got_pcrel_hi":
		return fixTable, nil
	case "%tprel_hi", "%tprel_lo", "%tprel_add", "%tls_ie_pcrel_hi", "%tls_gd_pcrel_hi", "%tlsdesc_hi", "%tlsdesc_load_lo",
		"%tlsdesc_add_lo", "%tlsdesc_call":
		return 0, errNoThread
	}
	return 0, fmt.Errorf("%.60q is not a relocation function", name)
}

var errNoThread = errors.New("thread-local storage needs a linker")

// fixFor parses an operand that is not a number. If the value is known already, it is returned; otherwise the fix describes
// it, and the returned value is a placeholder that the operand takes.
func (a *assembler) fixFor(text string, o isa.Operand) (fix, int64, error) {
	f := fix{}
	if strings.HasPrefix(text, "%") {
		name, rest, ok := strings.Cut(text, "(")
		name = trim(name)
		kind, err := relocation(name)
		if err != nil {
			return f, 0, err
		}
		if !ok || !strings.HasSuffix(rest, ")") {
			return f, 0, fmt.Errorf("expected %s(symbol)", name)
		}
		if high := kind == fixHi || kind == fixPCHi || kind == fixTable; high != (o.Name == "uimm20") {
			return f, 0, fmt.Errorf("%s does not go here", name)
		}
		f.kind, text = kind, trim(rest[:len(rest)-1])
	}
	if f.kind == fixTable {
		return a.tableEntry(text)
	}
	distance := f.kind == fixValue && isDistance(o)
	if text != "" && symbolEnd(text, 0) == len(text) && text != "." && !isNumericLabel(text) {
		if f.kind == fixValue && !distance && isRegister(text) {
			return f, 0, fmt.Errorf("%.60q is a register", text)
		}
		f.symbol = a.symbols.intern(text)
		if distance {
			f.kind = fixDistance
			return f, 0, nil
		}
		return a.knownOr(f, text, o)
	}
	var err error
	if f.expr, err = a.parseExpr(text); err != nil {
		return fix{}, 0, err
	}
	if distance && f.expr.place {
		f.kind = fixDistance
		return f, 0, nil
	}
	return a.knownOr(f, text, o)
}

// tableEntry returns the fix for the distance to a symbol's entry in the global offset table, a section that holds the
// addresses of the symbols in the order in which the source first refers to them.
func (a *assembler) tableEntry(name string) (fix, int64, error) {
	if name == "" || symbolEnd(name, 0) != len(name) || isNumericLabel(name) {
		return fix{}, 0, fmt.Errorf("%.60q is not a symbol", name)
	}
	entry := a.symbols.intern(name + "@got") // no symbol of the source has such a name
	if entry.kind == symbolUndefined {
		current, previous := a.current, a.previous
		a.enter(".got", "aw")
		s := a.open()
		a.bind(entry)
		target := a.newExpr(expr{value: value{label: a.symbols.intern(name)}, place: true})
		s.cells = append(s.cells, cell{a.now.place, entry.item, 8, entry.offset, target})
		s.code = append(s.code, make([]byte, 8)...)
		a.current, a.previous = current, previous
	}
	return fix{kind: fixPCHi, symbol: entry}, 0, nil
}

// knownOr returns the value of a fix that is a number already, or the fix.
func (a *assembler) knownOr(f fix, text string, o isa.Operand) (fix, int64, error) {
	if f.kind == fixValue {
		v, err := a.fixed(f)
		later := errors.As(err, new(undefinedError)) || errors.Is(err, errUnsettled)
		switch {
		case err == nil && v.label == nil:
			return fix{}, v.num, nil
		case err != nil && !later:
			return fix{}, 0, err
		}
	}
	switch o.Name {
	case "prefetch", "spadj", "csr", "avl", "offset", "fli", "jt", "jalt":
		return fix{}, 0, fmt.Errorf("%.60q must be known here", text)
	}
	return f, placeholder(o), nil
}

// isDistance reports whether an operand is the target of a jump or branch.
func isDistance(o isa.Operand) bool {
	return o.Name == "bimm" || o.Name == "jimm" || o.Name == "cb" || o.Name == "cj"
}

// placeholder returns a value that the operand takes.
func placeholder(o isa.Operand) int64 {
	if o.Name == "c4spn" || o.Name == "c16sp" {
		return 16 // zero is reserved
	}
	return max(o.Min, min(o.Max, 1)/max(o.Step, 1)*o.Step)
}

// fixed returns the value that a fix starts from.
func (a *assembler) fixed(f fix) (value, error) {
	if f.symbol != nil {
		return a.lookup(f.symbol)
	}
	return a.reduce(f.expr)
}

// resolve returns the value that goes into the instruction at pc.
func (a *assembler) resolve(f fix, pc int64) (int64, error) {
	x, err := a.fixed(f)
	if err != nil {
		return 0, err
	}
	v := x.num
	switch f.kind {
	case fixDistance:
		return v - pc, nil
	case fixHi:
		if f.expr != nil && !f.expr.place && v>>32 == 0 { // a constant, whose upper half the program may not care about
			v = int64(int32(v))
		}
		return upper(v)
	case fixLo:
		_, lo, _ := isa.HiLo(v)
		return lo, nil
	case fixPCHi:
		if a.pcrel == nil {
			a.pcrel = make(map[int64]int64)
		}
		a.pcrel[pc] = v - pc
		return upper(v - pc)
	case fixPCLo:
		distance, ok := a.pcrel[v]
		if !ok {
			return 0, errors.New("no %pcrel_hi at that label")
		}
		_, lo, _ := isa.HiLo(distance)
		return lo, nil
	}
	return v, nil
}

// upper returns the 20-bit field for lui or auipc.
func upper(v int64) (int64, error) {
	hi, _, ok := isa.HiLo(v)
	if !ok {
		return 0, fmt.Errorf("%#x is outside %#x..%#x, the reach of a 20-bit and a 12-bit part", v, isa.HiLoMin, isa.HiLoMax)
	}
	return hi & 0xfffff, nil
}
