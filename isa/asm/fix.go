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
	fixTable                   // fixPCHi of the symbol's entry in the global offset table; of an image only while an operand is read
	fixPCLo                    // lower 12 bits of the distance that the fixPCHi at the label has

	// Thread-local storage, in objects only (psABI, "Thread Local Storage").
	fixThreadHi       // upper 20 bits of the offset from tp
	fixThreadLo       // lower 12 bits of it
	fixThreadAdd      // marks the add of tp
	fixInitialExec    // fixPCHi of the entry that holds the offset from tp
	fixGeneralDynamic // fixPCHi of the entry of the module and the offset
	fixDescriptorHi   // fixPCHi of the symbol's descriptor
	fixDescriptorLoad // lower 12 bits of the distance that the fixDescriptorHi at the label has, in the load of the function
	fixDescriptorAdd  // the same in the computation of the descriptor's address
	fixDescriptorCall // marks the call of the function
)

// upper reports whether the fix is for lui or auipc.
func (k fixKind) upper() bool {
	switch k {
	case fixHi, fixPCHi, fixTable, fixThreadHi, fixInitialExec, fixGeneralDynamic, fixDescriptorHi:
		return true
	}
	return false
}

// relocationFunctions are the kinds of fixes by the functions that ask for them.
var relocationFunctions = map[string]fixKind{
	"%hi": fixHi, "%lo": fixLo, "%pcrel_hi": fixPCHi, "%pcrel_lo": fixPCLo, "%got_pcrel_hi": fixTable,
	"%tprel_hi": fixThreadHi, "%tprel_lo": fixThreadLo, "%tprel_add": fixThreadAdd,
	"%tls_ie_pcrel_hi": fixInitialExec, "%tls_gd_pcrel_hi": fixGeneralDynamic,
	"%tlsdesc_hi": fixDescriptorHi, "%tlsdesc_load_lo": fixDescriptorLoad, "%tlsdesc_add_lo": fixDescriptorAdd,
	"%tlsdesc_call": fixDescriptorCall,
}

// relocation returns the kind of fix of a relocation function, such as %hi.
func (a *assembler) relocation(name string) (fixKind, error) {
	kind, ok := relocationFunctions[name]
	switch {
	case !ok:
		return 0, fmt.Errorf("%.60q is not a relocation function", name)
	case kind > fixPCLo && a.object == nil:
		return 0, errNoThread
	}
	return kind, nil
}

var errNoThread = errors.New("thread-local storage needs a linker, and so an object")

// fixFor parses an operand that is not a number. If the value is known already, it is returned; otherwise the fix describes
// it, and the returned value is a placeholder that the operand takes.
func (a *assembler) fixFor(text string, o isa.Operand) (fix, int64, error) {
	f := fix{}
	if strings.HasPrefix(text, "%") {
		name, rest, ok := strings.Cut(text, "(")
		name = trim(name)
		kind, err := a.relocation(name)
		if err != nil {
			return f, 0, err
		}
		if !ok || !strings.HasSuffix(rest, ")") {
			return f, 0, fmt.Errorf("expected %s(symbol)", name)
		}
		if kind.upper() != (o.Name == "uimm20") || kind == fixThreadAdd || kind == fixDescriptorCall {
			return f, 0, fmt.Errorf("%s does not go here", name)
		}
		f.kind, text = kind, trim(rest[:len(rest)-1])
	}
	if f.kind == fixTable && a.object == nil {
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
	if a.object != nil {
		return a.resolveInObject(f, pc)
	}
	x, err := a.fixed(f)
	if err != nil {
		return 0, err
	}
	v := x.num
	switch f.kind {
	case fixDistance:
		return v - pc, nil
	case fixHi:
		if f.expr != nil && !f.expr.place {
			v = unsigned32(v)
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

// unsigned32 returns a constant, sign-extended if it is of 32 bits: the program may not care about the upper half.
func unsigned32(v int64) int64 {
	if v>>32 == 0 {
		return int64(int32(v))
	}
	return v
}

// upper returns the 20-bit field for lui or auipc.
func upper(v int64) (int64, error) {
	hi, _, ok := isa.HiLo(v)
	if !ok {
		return 0, fmt.Errorf("%#x is outside %#x..%#x, the reach of a 20-bit and a 12-bit part", v, isa.HiLoMin, isa.HiLoMax)
	}
	return hi & 0xfffff, nil
}
