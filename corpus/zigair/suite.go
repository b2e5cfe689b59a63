// Package zigair reads analysed IR that the Zig compiler dumped: real functions with the answers of
// a foreign implementation beside them.
//
// A dump (format zigair-1: gzip'ed JSON Lines, one test file of Zig each) becomes a Suite: an
// air.Module, the tests in it with what they did when Zig compiled them itself, and two things to
// check this project against that are not part of the module: how Zig lays out each type, and where
// Zig says each value dies.
//
//	file, err := os.Open("debug/align.jsonl.gz")
//	...
//	suite, err := zigair.Read(file, "debug/align.jsonl.gz")
//	for _, test := range suite.Tests {
//		fmt.Println(test.Name, test.Func, test.Expect)
//	}
//
// # From the AIR of Zig 0.11 to the AIR of backend/air
//
// A loop whose body falls off its end gets an explicit repeat; a switch_br without else body gets
// one that is an unreach; fabs is abs; the dbg_block and dbg_inline marks, which bracket
// instructions without holding them, are dropped; statement lines become lines of the file. A value
// of a type that exists only at compile time is the value of void. Where an instruction of Zig has
// operands of types that differ only by name, or names a slice where it means its pointer, a
// conversion is put in front. Packed constants become their backing integer. An extern declaration
// of what the same file exports is the exported thing itself; an alias is its target.
package zigair

import "github.com/rvfuzz/rvfuzz/backend/air"

// Suite is one dumped test file.
type Suite struct {
	Name   string // of the dump, as given to Read
	Meta   Meta
	Module *air.Module
	Tests  []Test
	// Panics are the functions that a failing safety check calls in the end.
	Panics  []string
	Layouts []Layout
	// Deaths are Zig's own, for each function of the module with a body, in the order of
	// Module.Funcs.
	Deaths []*Deaths
}

// Meta says where a dump comes from.
type Meta struct {
	Format  string `json:"format"`
	Zig     string `json:"zig"`
	Target  string `json:"target"`
	Mode    string `json:"mode"`
	Variant string `json:"variant"`
	Source  string `json:"source"`
}

// Test is a function without parameters that returns an error union with void payload.
type Test struct {
	Name string // as written in the source
	Func string // the function of the module
	// Expect is what the test did when Zig 0.11.0 compiled it: Pass, Skip, or Unknown where nobody
	// recorded it.
	Expect Expect
}

// Expect is the recorded result of a test.
type Expect string

// The recorded results.
const (
	Unknown Expect = ""
	Pass    Expect = "pass"
	Skip    Expect = "skip"
)

// SkipError is the error that a test returns when it does not apply.
const SkipError = "SkipZigTest"

// ErrorName gives the name of an error value, or "" when there is none.
func (s *Suite) ErrorName(value uint16) string {
	if names := s.Module.ErrorNames; int(value) < len(names) {
		return names[value]
	}
	return ""
}
