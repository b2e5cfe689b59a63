// Package link places functions and data in memory and resolves the references between them, into a program image, a
// static executable, or a relocatable object.
//
// Link takes Objects, each the bytes of one symbol with its relocations, and returns an Image with final addresses. The
// layout is fixed:
//
//	0x10000   text     the functions in order, _start if any, panic routines, extern stubs
//	          rodata   constants
//	          data     variables
//	          bss      variables without data
//
// Each segment starts on a page of its own. A symbol panic.<reason> that is used but not defined becomes a routine that
// writes "panic: <reason>" and exits with status 101. An extern function becomes a stub of one ebreak, which the runner
// of the image hooks.
package link

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/callframe"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Section is the part of memory that an Object is in.
type Section uint8

// The sections, in the order of the image.
const (
	Text   Section = iota // executed and read
	ROData                // read
	RelRO                 // read; its addresses are filled in when the program is loaded
	Data                  // read and written
	BSS                   // read and written, zero at first
	TData                 // thread-local, in an object file only
	TBSS                  // thread-local and zero at first, in an object file only
	numSections
	// Debug is no part of memory: an Object there is the whole of a section of the file by its own name, which Relocs
	// of other ones may refer to.
	Debug = numSections
	// Unwind is like Debug, but in memory for who unwinds the stack of a program that runs: in an executable behind all
	// other sections.
	Unwind = numSections + 1
)

var sectionNames = [numSections]string{".text", ".rodata", ".data.rel.ro", ".data", ".bss", ".tdata", ".tbss"}

// String returns the name of the ELF section: ".rodata".
func (s Section) String() string {
	if s < numSections {
		return sectionNames[s]
	}
	return "section?"
}

// Object is one symbol: a function or a piece of data.
type Object struct {
	Name    string
	Section Section
	Data    []byte // its bytes; nil in BSS and TBSS
	Size    uint64 // in BSS and TBSS; elsewhere 0 or len(Data)
	Align   uint64 // a power of two; 0 means 1
	Local   bool   // invisible to other object files
	Weak    bool   // in an object file, gives way to another definition
	Library bool   // of the runtime library: in an image it is no function of the program
	Extern  bool   // in an object file, defined elsewhere; in an image, stands in for it
	Relocs  []Reloc

	Frame
	Locations []LocationRecord
	Lines     []Line
	Origins   []Origin
	Rules     []callframe.Placed
}

// Frame is what debuggers need of a function besides its lines. The addresses are like Line.PC.
type Frame struct {
	File           string   // of the source; "" if unknown
	PrologueEnd    uint64   // first instruction after the prologue; the function's start if there is none
	EpilogueBegins []uint64 // first instruction of each epilogue
}

// isZero reports whether a section has no bytes in a file.
func (s Section) isZero() bool { return s == BSS || s == TBSS }

// describes reports whether a section describes the program and is no part of it.
func (s Section) describes() bool { return s == Debug || s == Unwind }

func (s Section) isThreadLocal() bool { return s == TData || s == TBSS }

func (o *Object) size() uint64 {
	if o.Section.isZero() {
		return o.Size
	}
	return uint64(len(o.Data))
}

// Reloc is a place in an Object that depends on the address of a symbol.
type Reloc struct {
	Offset uint32
	Kind   RelocKind
	Symbol string // of PCRelLo12I and PCRelLo12S: empty
	// Addend is added to the symbol's address. For PCRelLo12I and PCRelLo12S it is the Offset of the PCRelHi20 in the
	// same Object whose lower half this is.
	Addend int64
}

// LocKind is the kind of a place.
type LocKind uint8

// The kinds of place of a value.
const (
	LocNone    LocKind = iota
	LocReg             // in Reg
	LocMem             // in memory, Disp bytes from the address in Reg
	LocAddress         // nowhere: it is the sum of Reg and Disp
)

// Loc is the place of a value and how to read it there.
type Loc struct {
	Kind   LocKind
	Reg    isa.Reg
	Disp   int64
	Bits   uint16 // width of a scalar, else 0
	Signed bool
	Size   uint32 // bytes in memory
}

// LocationRecord states that when control reaches PC, the AIR instruction Inst of the function has just finished and
// its result is at Loc. Site names the code generator's handler: "arith.shr".
type LocationRecord struct {
	PC   uint64 // in an Object from its start, in an Image the address
	Func int    // in an Image the position in Funcs
	Inst uint32
	Site string
	Loc  Loc
	// Bypassed reports whether control also reaches PC another way than through Inst, whose result then need not be
	// there.
	Bypassed bool
}

// Line is the source line and column of the code from PC up to the next Line or the end of the function.
type Line struct {
	PC           uint64 // in an Object from its start, in an Image the address
	Func         int    // in an Image the position in Funcs
	Line, Column uint32
}

// Origin names the AIR instruction for which the code from PC up to the next Origin or the end of the function was
// emitted, and the calls within packages codegen and lower that emitted it, the innermost first: the last one is the
// lowering of the instruction. Code that is for no instruction comes from the code generator's function Outermost.
type Origin struct {
	PC    uint64 // in an Object from its start, in an Image the address
	Func  int    // in an Image the position in Funcs
	Inst  uint32
	Calls []CodeCall
}

// Outermost is the function of the code generator that emits the code around the instructions.
const Outermost = "generate"

// Instruction returns the AIR instruction for which the code was emitted, or false if there is none.
func (o *Origin) Instruction() (inst uint32, ok bool) {
	n := len(o.Calls)
	return o.Inst, n > 0 && o.Calls[n-1].Func != Outermost
}

// CodeCall is a place in the source text of the code generator, with the function that it is in: "shift".
type CodeCall struct {
	Func string `json:"func"`
	File string `json:"file"` // "backend/codegen/shift.go"
	Line int    `json:"line"` // 0 where no more is known than the function
}

// Place returns the file and, where it is known, the line.
func (c CodeCall) Place() string {
	if c.Line == 0 {
		return c.File
	}
	return fmt.Sprintf("%s:%d", c.File, c.Line)
}
