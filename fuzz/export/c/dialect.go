package c

import (
	"fmt"
	"math/big"
	"strings"
)

// Dialect is a way to say integers in C.
type Dialect int

// The dialects.
const (
	BitInt Dialect = iota
	Masked
)

// container returns the width of the narrowest integer of C that has so many bits.
func container(bits int) int {
	for _, n := range []int{8, 16, 32, 64} {
		if bits <= n {
			return n
		}
	}
	return 128
}

// isStandard reports whether C has integers of a width without _BitInt.
func isStandard(bits int) bool {
	return bits == 8 || bits == 16 || bits == 32 || bits == 64 || bits == 128
}

// masks reports whether integers of a width are held with cleared bits above them.
func (d Dialect) masks(bits int) bool {
	return bits == 1 || d == Masked && !isStandard(bits)
}

var unsignedNames = map[int]string{8: "unsigned char", 16: "unsigned short", 32: "unsigned", 64: "unsigned long", 128: "unsigned __int128"}
var signedNames = map[int]string{8: "signed char", 16: "short", 32: "int", 64: "long", 128: "__int128"}

// unsigned returns the type in which integers of a width are held.
func (d Dialect) unsigned(bits int) string {
	if d.masks(bits) || isStandard(bits) {
		return unsignedNames[container(bits)]
	}
	return fmt.Sprintf("unsigned _BitInt(%d)", bits)
}

// signed returns the signed type of a width that is not masked.
func (d Dialect) signed(bits int) string {
	if isStandard(bits) {
		return signedNames[bits]
	}
	return fmt.Sprintf("signed _BitInt(%d)", bits)
}

// work returns the width in which C calculates with integers of a masked width: at least that of int.
func work(bits int) int { return max(32, container(bits)) }

// typeName returns the type of variables.
func (d Dialect) typeName(t typ) string {
	switch t.kind {
	case 'i':
		return d.unsigned(t.bits)
	case 'f':
		return map[int]string{16: "_Float16", 32: "float", 64: "double", 128: "long double"}[t.bits]
	case 'p':
		return "char *"
	}
	return "void"
}

// u returns an integer as an unsigned operand of arithmetic, which wraps in at least its width.
func (d Dialect) u(bits int, v string) string {
	if d.masks(bits) || isStandard(bits) {
		return fmt.Sprintf("(%s)%s", unsignedNames[work(bits)], v)
	}
	return v
}

// s returns an integer as a signed operand of arithmetic.
func (d Dialect) s(bits int, v string) string {
	if d.masks(bits) {
		w := work(bits)
		return fmt.Sprintf("((%s)((%s)%s << %d) >> %d)", signedNames[w], unsignedNames[w], v, w-bits, w-bits)
	}
	return fmt.Sprintf("(%s)%s", d.signed(bits), v)
}

// wrap returns the low bits of an integer expression of any type.
func (d Dialect) wrap(bits int, e string) string {
	if d.masks(bits) {
		mask := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(bits)), big.NewInt(1))
		w := work(bits)
		return fmt.Sprintf("(%s)((%s)(%s) & %s)", d.unsigned(bits), unsignedNames[w], e, d.constant(w, mask))
	}
	return fmt.Sprintf("(%s)(%s)", d.unsigned(bits), e)
}

// constant returns an unsigned constant of a width.
func (d Dialect) constant(bits int, x *big.Int) string {
	if x.BitLen() <= 64 {
		return fmt.Sprintf("((%s)0x%xul)", d.unsigned(bits), x)
	}
	typ := d.unsigned(bits)
	low := new(big.Int)
	parts := []string{}
	for shift := 0; x.Sign() > 0; shift += 64 {
		low.And(x, new(big.Int).SetUint64(^uint64(0)))
		parts = append(parts, fmt.Sprintf("(%s)0x%xul << %d", typ, low, shift))
		x = new(big.Int).Rsh(x, 64)
	}
	return "(" + strings.Join(parts, " | ") + ")"
}

// reinterpret returns the bits of a value as another type of the same size.
func (d Dialect) reinterpret(from, to typ, v string) string {
	if from == to {
		return v
	}
	return fmt.Sprintf("({ %s from_ = %s; %s to_; __builtin_memcpy(&to_, &from_, sizeof to_); to_; })", d.typeName(from), v, d.typeName(to))
}

// memory returns the type through which memory is accessed: one that may alias others, with an alignment.
func (d Dialect) memory(t typ, align int) string {
	return fmt.Sprintf("m_%c%d_%d", t.kind, t.bits, align)
}

// memoryType returns the definition of a type that memory returns.
func (d Dialect) memoryType(t typ, align int) string {
	return fmt.Sprintf("typedef %s %s __attribute__((may_alias, aligned(%d)));\n", d.typeName(t), d.memory(t, align), align)
}
