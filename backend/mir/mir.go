// Package mir is the machine intermediate representation: the result of codegen, which lower, emit and link turn into
// bytes. An instruction is a real one of package isa, emitted as it is, or a pseudo instruction with one fixed
// expansion. Registers are allocated; only the places of frame slots, the distances of branches and the addresses of
// symbols are still unknown. The text of a function, which Parse reads back:
//
//	func @sum {
//	  prologue
//	  load_imm a1, 0
//	.L0:
//	  add a1,a1,a0
//	  add_imm a0, a0, -1
//	  branch bne a0, zero, .L0
//	  epilogue
//	  ret
//	}
//
// Register t6 is reserved for the expansions: no instruction of a Function may name it.
package mir

import (
	"runtime"

	"github.com/rvfuzz/rvfuzz/isa"
)

// Function is one function on its way from codegen to bytes.
type Function struct {
	Name      string
	File      string // of the source, for the line table; "" if unknown
	Insts     []Inst
	Frame     Frame
	Labels    int              // labels are 0..Labels-1
	Tables    [][]Label        // of the JumpTable instructions, by Inst.N
	Locations []LocationRecord // of the LocationPoint instructions, by Inst.N
	// Origins are where each of Insts comes from, if that is recorded: from the start, if not nil then. Current is the
	// AIR instruction that is being translated.
	Origins []Origin
	Current uint32
	// Points are facts for a debugger in the order of the code, if they are recorded: from the start, if not nil then.
	Points []Point

	calls map[[originDepth]uintptr]Calls // of Origins
}

// Calls is a stack of calls as runtime.Callers returns it, the innermost first.
type Calls []uintptr

// Origin is where an instruction comes from: the AIR instruction, and the calls that appended it. Expander is the
// function of package lower that expands it, or nil.
type Origin struct {
	Inst     uint32
	Calls    Calls
	Expander *runtime.Func
}

// Label is a place in the code of its function.
type Label = uint32

// Inst is one instruction of MIR. The row of its Op in the table of this package lists the fields it uses; the others
// are zero.
type Inst struct {
	Op Op
	// N is the Label of a branch, jump or bind, the position in Function.Tables of a jump table, the position in
	// Function.Locations of a location record, the line number of a line.
	N uint32
	// I is the instruction itself of a Real, and holds the operands of a pseudo instruction: registers, Imm (the
	// constant of LoadImm and AddImm, the addend of LeaSymbol, the column of a Line) and Op (which load, store or
	// branch it is).
	I      isa.Inst
	Mem    Mem
	Symbol string
}

// Mem is an operand in memory: Disp bytes from the base. The base is the slot Frame, or Reg where Frame is NoFrame. With
// both, Reg is sp plus an index into the slot: the base is as far from Reg as the slot is from sp.
type Mem struct {
	Reg   isa.Reg
	Frame FrameIndex
	Disp  int64
}

// RegMem returns the operand disp bytes from the address in a register.
func RegMem(base isa.Reg, disp int64) Mem { return Mem{Reg: base, Disp: disp} }

// FrameMem returns the operand disp bytes from the start of a frame slot.
func FrameMem(slot FrameIndex, disp int64) Mem { return Mem{Frame: slot, Disp: disp} }

// IndexedMem returns the operand disp bytes from the start of a frame slot, plus what a register is above sp.
func IndexedMem(index isa.Reg, slot FrameIndex, disp int64) Mem { return Mem{index, slot, disp} }

// Offset returns the operand n bytes further on.
func (m Mem) Offset(n int64) Mem {
	m.Disp += n
	return m
}

// LocKind is the kind of a place.
type LocKind uint8

// The kinds of place of a value.
const (
	LocNone     LocKind = iota // nowhere that one Loc can name
	LocReg                     // in Reg, canonical
	LocMem                     // at Mem
	LocAddress                 // the value is the address of Mem, or a number if that is based on zero; no code has made it
	LocConst                   // the value is Mem.Disp; of a Point only
	LocVariable                // the value would be the address of a variable that is in Reg, not in memory; of a Point only
)

// Loc is the place of a value and how to read it there.
type Loc struct {
	Kind   LocKind
	Reg    isa.Reg
	Mem    Mem
	Bits   uint16 // width of the scalar in a register; 0 where it is not a scalar
	Signed bool   // of the scalar
	Size   uint32 // bytes in memory
}

// LocationRecord states that when control reaches it, the AIR instruction Inst has just finished and its result is at
// Loc. Site names the handler that made the code: "arith.shr". A record has no size and no effect.
type LocationRecord struct {
	Inst uint32
	Site string
	Loc  Loc
}
