// Package export holds what the exporters of AIR to other languages share: the case that they export, the instructions
// that need exporting, how a value is held, the bytes of constants, and the codes in which an exported program reports
// how a run ended.
//
// The exporters are below this folder, one for each language: llvm writes LLVM IR. An exported program is free of
// undefined behaviour in its language wherever the AIR is free of illegal behaviour.
package export

import (
	"hash/fnv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// Case is a program and its runs.
type Case struct {
	Module *air.Module
	Runs   []gen.Run
	// Defined reports whether every result that an instruction has in these runs is wholly defined. An exporter then
	// states what AIR promises of its operands. Nil means that it is not known of any instruction.
	Defined func(function string, inst air.Index) bool
	// Elsewhere reports whether a function is compiled by another compiler and linked to the program: it is only declared,
	// and all functions follow the C calling convention of the psABI. Nil means that none is.
	Elsewhere func(function string) bool
}

// MaxResult is the largest size in bytes of a result that an exported program reports.
const MaxResult = 4096

// Returned is the code of a run that returned.
const Returned uint32 = 0

// EndCode returns the code of a run that ended by a trap or panic with a reason; it is never Returned.
func EndCode(ending oracle.Ending, reason string) uint32 {
	h := fnv.New32a()
	h.Write([]byte{byte(ending)})
	h.Write([]byte(reason))
	return h.Sum32() | 1
}

// PanicReason returns the reason of a panic routine by its name.
func PanicReason(name string) (string, bool) { return strings.CutPrefix(name, "panic.") }

// The reasons of the panics of the safe tags.
const (
	IntegerOverflow    = "integer_overflow"
	IntegerOutOfBounds = "integer_out_of_bounds"
	InvalidEnumValue   = "invalid_enum_value"
	IntegerPartOut     = "integer_part_out_of_bounds"
)

// Endings returns the endings that runs of a module can have, by their codes.
func Endings(m *air.Module) map[uint32]oracle.Outcome {
	endings := map[uint32]oracle.Outcome{Returned: {Ending: oracle.Returned}}
	add := func(e oracle.Ending, reason string) {
		endings[EndCode(e, reason)] = oracle.Outcome{Ending: e, Reason: reason}
	}
	for _, reason := range []string{IntegerOverflow, IntegerOutOfBounds, InvalidEnumValue, IntegerPartOut} {
		add(oracle.Panicked, reason)
	}
	for _, reason := range []string{IllegalInstruction, Breakpoint} {
		add(oracle.Trapped, reason)
	}
	for _, f := range m.Funcs {
		if reason, ok := PanicReason(f.Name); ok && f.Extern {
			add(oracle.Panicked, reason)
		}
	}
	return endings
}

// The reasons of the traps of the tags trap and breakpoint.
const (
	IllegalInstruction = "illegal-instruction"
	Breakpoint         = "breakpoint"
)

// Class is how an exporter holds a value.
type Class uint8

// The classes of value.
const (
	Empty   Class = iota // no bits at all
	Integer              // an integer of Type.Scalar: ints, bools, enums, errors, packed structs and unions
	Address              // a pointer, or an optional of one
	Float
	Vector
	Bytes // everything else: its memory layout
)

// ClassOf returns the class of the values of a type.
func ClassOf(t *air.Type) Class {
	switch {
	case !t.HasBits():
		return Empty
	case t.IsPointerLike():
		return Address
	case t.Kind == air.Float:
		return Float
	case t.Kind == air.Vector:
		return Vector
	case t.IsPacked():
		return Integer
	}
	if _, ok := t.Scalar(); ok {
		return Integer
	}
	return Bytes
}

// IntegerOf returns the width and signedness of the integer by which a value of class Integer or Address is held.
func IntegerOf(t *air.Type) (bits uint32, signed bool) {
	if scalar, ok := t.Scalar(); ok {
		return scalar.Bits, scalar.Signed
	}
	return uint32(t.BitSize()), false // a packed union
}

// Needed reports of each instruction of a function whether it has an effect or its result is used by one that is needed.
// What is not needed does not run: its illegal behaviour is none of the program's.
func Needed(f *air.Func) []bool {
	needed := make([]bool, len(f.Insts))
	for i := len(f.Insts) - 1; i >= 0; i-- {
		if HasEffect(f, &f.Insts[i]) {
			need(f, air.Index(i), needed)
		}
	}
	return needed
}

func need(f *air.Func, i air.Index, needed []bool) {
	if needed[i] {
		return
	}
	needed[i] = true
	for _, op := range f.Insts[i].Ops {
		if used, ok := op.Inst(); ok {
			need(f, used, needed)
		}
	}
}

// HasEffect reports whether an instruction runs even when its result is unused.
func HasEffect(f *air.Func, in *air.Inst) bool {
	if in.Tag.Row().Effect || in.Tag == air.Load && f.TypeOf(in.Ops[0]).Volatile {
		return true
	}
	assembly, ok := in.Extra.(*air.AssemblyExtra)
	return ok && assembly.Volatile
}
