// Package zigair reads dumps of analysed IR from the Zig compiler: real functions with the results of a third-party
// implementation.
//
// A dump (format zigair-1: gzip'ed JSON Lines, one test file of Zig each) becomes a Suite: an air.Module, the tests in
// it with their results when compiled by Zig, and two references that are not part of the module: Zig's layout of each
// type, and Zig's deaths of values.
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
// A loop whose body falls off its end gets an explicit repeat; a switch_br without else body gets one with an unreach;
// fabs becomes abs; dbg_block and dbg_inline, which bracket instructions without containing them, are dropped;
// statement lines become lines of the file. A value of a type that exists only at compile time is the value of void. If
// an instruction of Zig has operands of types that differ only by name, or a slice in place of its pointer, a
// conversion is inserted before it. Packed constants become their backing integer. An extern declaration of what the
// same file exports is replaced by the exported declaration, an alias by its target.
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
	// Deaths are Zig's own, for each function of the module with a body, in the order of Module.Funcs.
	Deaths []*Deaths
}

// Meta is the origin of a dump.
type Meta struct {
	Format  string `json:"format"`
	Zig     string `json:"zig"`
	Target  string `json:"target"`
	Mode    string `json:"mode"`
	Variant string `json:"variant"`
	Source  string `json:"source"`
}

// Test is a function without parameters whose result is an error union with void payload.
type Test struct {
	Name string // as written in the source
	Func string // the function of the module
	// Expect is the result of the test as compiled by Zig 0.11.0: Pass, Skip, or Unknown if none was recorded.
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

// SkipError is the name of the error that a test returns if it does not apply.
const SkipError = "SkipZigTest"

// ErrorName returns the name of an error value, or "" if there is none.
func (s *Suite) ErrorName(value uint16) string {
	if names := s.Module.ErrorNames; int(value) < len(names) {
		return names[value]
	}
	return ""
}
