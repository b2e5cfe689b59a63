package codegen

import "github.com/rvfuzz/rvfuzz/backend/air"

// TypeClass is a class of types that codegen treats alike, a column of the handler table.
type TypeClass uint8

const (
	anyClass    TypeClass = iota // the column of rows with one handler for every type
	noBits                       // no value at run time
	integer                      // up to 64 bits; also bools, enums, errors, addresses and packed structs
	wideInteger                  // 65 to 128 bits, in memory
	bigInteger                   // more than 128 bits, in memory
	Half                         // f16, held as its bits; with Zfh it is a float
	float                        // f32 and f64
	longFloat                    // f80 and f128, in memory
	memory                       // anything else, in memory
	numClasses
)

// NumTypeClasses is the number of columns, of which the first stands for all others.
const NumTypeClasses = TypeClass(numClasses)

var typeClassNames = [numClasses]string{"any", "no bits", "integer", "wide integer", "big integer", "half", "float", "long float", "memory"}

// String returns the name of a column.
func (c TypeClass) String() string { return typeClassNames[c] }

// TypeClassOf returns the column of a type.
func TypeClassOf(t *air.Type) TypeClass {
	switch {
	case t.Kind == air.NoReturn || !t.HasBits():
		return noBits
	case t.Kind == air.Float && t.Bits == 16:
		return Half
	case t.Kind == air.Float && t.Bits <= 64:
		return float
	case t.Kind == air.Float:
		return longFloat
	}
	s, ok := t.Scalar()
	switch {
	case !ok || s.Kind != air.Int:
		return memory
	case s.Bits > 128:
		return bigInteger
	case s.Bits > 64:
		return wideInteger
	}
	return integer
}

// class is how a value of a type is held.
type class uint8

const (
	noClass    class = iota // it has no bits
	intClass                // a canonical integer in a register
	floatClass              // f32 or f64, or with Zfh f16, boxed in a floating-point register
	memClass                // in memory, as laid out
)

var registerClasses = [numClasses]class{
	noBits: noClass, integer: intClass, wideInteger: memClass, bigInteger: memClass, Half: intClass, float: floatClass, longFloat: memClass, memory: memClass,
}

// columnOf returns the column of a type on the target.
func (f *function) columnOf(t *air.Type) TypeClass {
	if c := TypeClassOf(t); c != Half || !f.opts.Features.Zfh {
		return c
	}
	return float
}

func (f *function) classOf(t *air.Type) class { return registerClasses[f.columnOf(t)] }
