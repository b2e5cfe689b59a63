// Package oracle holds the one vocabulary in which the reference evaluator, the reference interpreter and third-party
// machines report what a program did, and Compare, which compares two reports.
package oracle

import "fmt"

// Ending is the way an execution ended.
type Ending uint8

// The endings of an execution. Returned, Trapped, Panicked and Exited are behaviour of the program and are compared.
// Illegal is the evaluator's for a program that is wrong (illegal behaviour of AIR); Broken is the checking machine's
// for generated code that broke a rule (a clobbered callee-saved register, a wild store); OutOfSteps ends what runs too
// long; Unsupported names something that the oracle does not support.
const (
	Returned Ending = iota
	Trapped
	Panicked
	Exited
	OutOfSteps
	Illegal
	Broken
	Unsupported
)

var endingNames = [...]string{"returned", "trapped", "panicked", "exited", "out of steps", "illegal behaviour", "broken rule", "unsupported"}

// String returns the ending as reports print it.
func (e Ending) String() string {
	if int(e) < len(endingNames) {
		return endingNames[e]
	}
	return fmt.Sprintf("Ending(%d)", uint8(e))
}

// Outcome is what one execution did, in terms that do not depend on who executed it.
type Outcome struct {
	Ending Ending
	// Reason refines the ending: the trap kind ("illegal-instruction", "breakpoint", "load-access", ...), the panic
	// reason ("integer_overflow", ...), the exit status in decimal, the broken rule, the illegal behaviour, or the
	// unsupported thing.
	Reason string
	// Place says where an Illegal, Broken or Unsupported execution stopped. It is for people and is not compared.
	Place string
	// Result holds the returned value in its memory layout (ABI size of its type, little endian). Bytes that are
	// padding or undefined are zero in both Result and its mask.
	Result []byte
	// Defined has a set bit for every defined bit of Result; nil means all.
	Defined []byte
	// Globals are the final contents of the writable globals, in declaration order.
	Globals []Memory
	// Calls are the calls that left the module, in order.
	Calls []Call
	// Steps counts what was executed (AIR or machine instructions); not compared.
	Steps uint64
}

// Memory is the content of one named object and which of its bits are defined (nil means all).
type Memory struct {
	Name    string
	Bytes   []byte
	Defined []byte
}

// Call is one call of an extern function: its name and arguments as canonical 64-bit values.
type Call struct {
	Name string
	Args []uint64
}
