package asm

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// fix is an operand whose value is known only after layout.
type fix struct {
	kind  fixKind
	value *expr
}

type fixKind uint8

const (
	fixValue    fixKind = iota // the value itself
	fixDistance                // the value less the instruction's address
	fixHi                      // upper 20 bits, to go with fixLo
	fixLo                      // lower 12 bits, signed
	fixPCHi                    // upper 20 bits of the distance
	fixPCLo                    // lower 12 bits of the distance that the fixPCHi at the label has
	fixPCLoBack                // the same for the fixPCHi of the instruction just before
)

// relocations are the functions that operands may use.
var relocations = map[string]fixKind{"%hi": fixHi, "%lo": fixLo, "%pcrel_hi": fixPCHi, "%pcrel_lo": fixPCLo}

// fixFor reads an operand that is not a number. A value that is known already is returned as such; else the fix says how
// to find it, and the value is one that the operand surely takes until then.
func (a *assembler) fixFor(text string, o isa.Operand) (fix, int64, error) {
	kind := fixValue
	if strings.HasPrefix(text, "%") {
		name, rest, ok := strings.Cut(text, "(")
		k, known := relocations[strings.TrimSpace(name)]
		if !ok || !known || !strings.HasSuffix(rest, ")") {
			return fix{}, 0, fmt.Errorf("%q is not a relocation function", text)
		}
		if high := k == fixHi || k == fixPCHi; high != (o.Name == "uimm20") {
			return fix{}, 0, fmt.Errorf("%s does not go here", name)
		}
		kind, text = k, rest[:len(rest)-1]
	}
	e, err := a.parseExpr(text)
	if err != nil {
		return fix{}, 0, err
	}
	if isDistance(o) && e.place {
		kind = fixDistance
	}
	if kind == fixValue && !a.mentionsLabel(e) {
		v, err := a.eval(e, nil, 0)
		if later := (undefinedError{}); !errors.As(err, &later) {
			return fix{}, v, err
		}
	}
	if o.Name == "prefetch" || o.Name == "spadj" {
		return fix{}, 0, fmt.Errorf("%q must be known here", text)
	}
	return fix{kind: kind, value: e}, placeholder(o), nil
}

// isDistance reports whether an operand is the target of a jump or branch.
func isDistance(o isa.Operand) bool {
	switch o.Name {
	case "bimm", "jimm", "cb", "cj":
		return true
	}
	return false
}

// placeholder is a value that the operand surely takes.
func placeholder(o isa.Operand) int64 {
	if o.Name == "c4spn" || o.Name == "c16sp" {
		return 16 // zero is reserved
	}
	return max(o.Min, min(o.Max, 1)/max(o.Step, 1)*o.Step)
}

// resolve returns the value that goes into the instruction at pc.
func (a *assembler) resolve(f fix, pc int64) (int64, error) {
	if f.kind == fixPCLoBack {
		_, lo, _ := isa.HiLo(a.pcrel[pc-4])
		return lo, nil
	}
	v, err := a.eval(f.value, &pc, 0)
	if err != nil {
		return 0, err
	}
	switch f.kind {
	case fixDistance:
		return v - pc, nil
	case fixHi:
		return upper(v)
	case fixLo:
		_, lo, _ := isa.HiLo(v)
		return lo, nil
	case fixPCHi:
		a.pcrel[pc] = v - pc
		return upper(v - pc)
	case fixPCLo:
		distance, ok := a.pcrel[v]
		if !ok {
			return 0, fmt.Errorf("there is no %%pcrel_hi at that label")
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
