// Package ir holds exported programs as a tree that writers of other languages walk: the instructions that package llvm
// writes, without the parts that languages lack.
//
//	m, err := ir.Of(c, "c0_")          // a case; *air.Unsupported for what it cannot be
//	ir.Scalarize(m)                    // no vectors
//	ir.Simplify(m)                     // no saturation, minima, maxima and absolute values
//	ir.Legalize(m, ir.Containers(64))  // integers of 1, 8, 16, 32 and 64 bits only
//	ir.Expand(m)                       // no overflow flags, no counts and permutations of bits
//
// A program is in static single assignment form: every name of a function has one definition, and a block begins with
// its phis. Each pass keeps what the program does, and fails, with *air.Unsupported, for what it cannot rewrite.
package ir

import (
	"fmt"
	"math/big"
)

// Kind is what a type consists of.
type Kind byte

// The kinds of types.
const (
	Void    Kind = 'v'
	Integer Kind = 'i'
	Float   Kind = 'f'
	Pointer Kind = 'p'
)

// Type is the type of a value: an integer or float of some bits, an address of 64, or lanes of them. Lanes is 0 for
// scalars.
type Type struct {
	Kind  Kind
	Bits  int
	Lanes int
}

// I1, I8, I64 and Address are types that passes need often.
var (
	I1      = Type{Kind: Integer, Bits: 1}
	I8      = Type{Kind: Integer, Bits: 8}
	I64     = Type{Kind: Integer, Bits: 64}
	Address = Type{Kind: Pointer, Bits: 64}
)

// Int returns the type of integers of a width.
func Int(bits int) Type { return Type{Kind: Integer, Bits: bits} }

// Lane returns the type of a lane of a vector type, and other types as they are.
func (t Type) Lane() Type { return Type{Kind: t.Kind, Bits: t.Bits} }

// Of returns the type of as many lanes of a scalar type as t has.
func (t Type) Of(lane Type) Type { return Type{lane.Kind, lane.Bits, t.Lanes} }

// String returns the type for messages: "i13", "f32", "p64", "4 x i8".
func (t Type) String() string {
	s := fmt.Sprintf("%c%d", t.Kind, t.Bits)
	if t.Lanes > 0 {
		s = fmt.Sprintf("%d x %s", t.Lanes, s)
	}
	return s
}

// Operand is a value that an instruction uses: a name of the function, an address of the module, or a constant. A
// constant without Number and Lanes is zero or undefined.
type Operand struct {
	Type Type
	// Name is that of a result or parameter, Symbol that of a global or function.
	Name, Symbol string
	// Number is the pattern of a constant, without a sign, or the offset in bytes from Symbol.
	Number *big.Int
	// Lanes are the constants of a vector.
	Lanes []Operand
	// Align is what is known of the address that a memory intrinsic is passed.
	Align int
	// Extension is how the C calling convention extends an argument or parameter: Sign, Zero or not.
	Extension Extension
}

// Extension is how an integer is extended where it is passed or returned.
type Extension byte

// The extensions.
const (
	Sign Extension = 's'
	Zero Extension = 'z'
)

// IsConstant reports whether an operand is a number.
func (o Operand) IsConstant() bool { return o.Name == "" && o.Symbol == "" }

// Value returns the number of a constant.
func (o Operand) Value() *big.Int {
	if o.Number == nil {
		return new(big.Int)
	}
	return o.Number
}

// Constant returns a constant of a type. A negative number stands for its two's complement.
func Constant(t Type, x *big.Int) Operand {
	mask := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(t.Bits)), big.NewInt(1))
	return Operand{Type: t, Number: mask.And(mask, x)}
}

// Number is Constant of a small number.
func Number(t Type, x int64) Operand { return Constant(t, big.NewInt(x)) }

// Flag is what LLVM IR promises of an instruction.
type Flag uint8

// The flags.
const (
	NoSignedWrap Flag = 1 << iota
	Volatile
	Atomic
	NoInline // of a call
)

// Inst is an instruction.
type Inst struct {
	// Op is the name that LLVM has for it. Calls of intrinsics are spelled "llvm.smax": without types.
	Op string
	// Result is the name of the result, Overflow that of the flag beside it, and Type their type. Without a result Type
	// is that of what is stored, switched on or returned. A call at a seam may return a pair, whose second part has the
	// name Overflow and the type Second; ret has two Args then.
	Result, Overflow string
	Type, Second     Type
	Args             []Operand
	Flags            Flag
	// Predicate is that of a comparison, or the operation of an atomicrmw.
	Predicate string
	// Callee is the name of the function that is called; a call through an address has that as Args[0].
	Callee string
	// Variadic is of a call of a variadic function, which has Named parameters.
	Variadic bool
	Named    int
	// Extension is that of the result of a call.
	Extension Extension
	// Order is a memory order, and Failure that of a failed exchange.
	Order, Failure string
	Align          int
	// Size is the number of bytes of an alloca, of the elements that a getelementptr steps over, and of what a cmpxchg or
	// atomicrmw changes.
	Size int
	// Labels are those of a br (where the condition holds, where not), of a switch (Cases, then the other values), and of
	// the blocks that a phi has Args for.
	Labels []string
	Cases  []*big.Int
}

// Block is a sequence of instructions, of which the last goes to other blocks or ends the function.
type Block struct {
	Label string
	Insts []Inst
}

// Func is a function. Internal ones are called by others of the module only. One without blocks is compiled elsewhere.
type Func struct {
	Name               string
	Internal, NoInline bool
	Variadic           bool
	Result             Type
	Second             Type // of a result that is a pair
	Extension          Extension
	Params             []Operand
	Blocks             []*Block

	names int // made by the passes
}

// Part is a piece of the memory of a global: bytes, nil where they are undefined, or an address of 8 bytes.
type Part struct {
	Size   int
	Bytes  []byte
	Symbol string
	Offset int64
}

// Global is a variable or constant.
type Global struct {
	Name           string
	Private, Const bool
	Align          int
	Parts          []Part
}

// Size returns the number of bytes of a global.
func (g *Global) Size() (n int) {
	for i := range g.Parts {
		n += g.Parts[i].Size
	}
	return n
}

// Extent is a global of the table that a run reports.
type Extent struct {
	Global string
	Size   int
}

// Run is a row of the table of runs: the function, the writable globals, the bytes of the result, and the global that
// holds the arguments, whose address the function is passed. Runs of a case have the same Table of globals.
type Run struct {
	Func    string
	Table   string
	Globals []Extent
	Size    int
	Args    string
}

// Module is the program of a case. At a seam, some functions are compiled elsewhere, and all pass values as the psABI has
// it.
type Module struct {
	Globals  []Global
	Funcs    []*Func
	Declared []*Func // compiled elsewhere
	Runs     []Run
	Seam     bool
}
