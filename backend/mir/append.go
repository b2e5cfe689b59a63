package mir

import (
	"runtime"
	"slices"

	"github.com/rvfuzz/rvfuzz/isa"
)

// NewLabel returns a new label of f, to be bound by Bind.
func (f *Function) NewLabel() Label {
	f.Labels++
	return Label(f.Labels - 1)
}

func (f *Function) add(in Inst) {
	f.Insts = append(f.Insts, in)
	if f.Origins != nil {
		f.recordOrigin()
	}
}

// originDepth bounds the calls of an origin.
const originDepth = 24

// recordOrigin records where the last instruction comes from: of the calls, those outside of this package. Instructions
// that the same calls append share them.
func (f *Function) recordOrigin() {
	var stack [originDepth]uintptr
	n := runtime.Callers(4, stack[:]) // without Callers, recordOrigin, add and the method that appends
	calls, known := f.calls[stack]
	if !known {
		if f.calls == nil {
			f.calls = map[[originDepth]uintptr]Calls{}
		}
		calls = slices.Clone(stack[:n])
		f.calls[stack] = calls
	}
	f.Origins = append(f.Origins[:len(f.Insts)-1], Origin{Inst: f.Current, Calls: calls})
}

// Real appends an instruction that is emitted as it is.
func (f *Function) Real(in isa.Inst) { f.add(Inst{Op: Real, I: in}) }

// LoadImm appends rd = v.
func (f *Function) LoadImm(rd isa.Reg, v int64) {
	f.add(Inst{Op: LoadImm, I: isa.Inst{Rd: rd, Imm: v}})
}

// AddImm appends rd = rs1 + v.
func (f *Function) AddImm(rd, rs1 isa.Reg, v int64) {
	f.add(Inst{Op: AddImm, I: isa.Inst{Rd: rd, Rs1: rs1, Imm: v}})
}

// Load appends a load of rd by op, isa.LB to isa.LWU, FLH, FLW or FLD.
func (f *Function) Load(op isa.Op, rd isa.Reg, m Mem) {
	f.add(Inst{Op: Load, I: isa.Inst{Op: op, Rd: rd}, Mem: m})
}

// Store appends a store of rs2 by op, isa.SB to isa.SD, FSH, FSW or FSD.
func (f *Function) Store(op isa.Op, rs2 isa.Reg, m Mem) {
	f.add(Inst{Op: Store, I: isa.Inst{Op: op, Rs2: rs2}, Mem: m})
}

// LeaMem appends rd = the address of m.
func (f *Function) LeaMem(rd isa.Reg, m Mem) { f.add(Inst{Op: LeaMem, I: isa.Inst{Rd: rd}, Mem: m}) }

// SymbolPlace is how code finds the address of a symbol.
type SymbolPlace uint8

// The ways to the address of a symbol: from pc, or with Table from the global offset table; of a thread-local one with
// Thread besides, from tp.
const (
	Table SymbolPlace = 1 << iota
	Thread
)

// SymbolAddress appends rd = the address of symbol + addend, found in the given way.
func (f *Function) SymbolAddress(rd isa.Reg, symbol string, addend int64, place SymbolPlace) {
	op := [...]Op{LeaSymbol, LoadAddress, LeaThread, LoadThread}[place]
	in := Inst{Op: op, I: isa.Inst{Rd: rd}, Symbol: symbol}
	if place&Table != 0 {
		f.add(in)
		if addend != 0 {
			f.AddImm(rd, rd, addend)
		}
		return
	}
	in.I.Imm = addend
	f.add(in)
}

// Branch appends a branch to l if op, isa.BEQ to isa.BGEU, holds of rs1 and rs2.
func (f *Function) Branch(op isa.Op, rs1, rs2 isa.Reg, l Label) {
	f.add(Inst{Op: Branch, N: l, I: isa.Inst{Op: op, Rs1: rs1, Rs2: rs2}})
}

// Jump appends a jump to l.
func (f *Function) Jump(l Label) { f.add(Inst{Op: Jump, N: l}) }

// JumpTable appends a jump to targets[index], where index is below len(targets). The index register is changed.
func (f *Function) JumpTable(index isa.Reg, targets []Label) {
	f.add(Inst{Op: JumpTable, N: uint32(len(f.Tables)), I: isa.Inst{Rs1: index}})
	f.Tables = append(f.Tables, targets)
}

// Repeat appends copies of the instructions from one position up to another.
func (f *Function) Repeat(from, to int) {
	f.Insts = append(f.Insts, f.Insts[from:to]...)
	if f.Origins != nil {
		f.Origins = append(f.Origins[:len(f.Insts)-(to-from)], f.Origins[from:to]...)
	}
}

// Bind binds l to this place.
func (f *Function) Bind(l Label) { f.add(Inst{Op: Bind, N: l}) }

// Call appends a call of symbol; it changes ra and t6 besides the registers that the callee changes.
func (f *Function) Call(symbol string) {
	f.callPoint()
	f.add(Inst{Op: Call, Symbol: symbol})
}

// CallReg appends a call of the address in target.
func (f *Function) CallReg(target isa.Reg) {
	f.callPoint()
	f.add(Inst{Op: CallReg, I: isa.Inst{Rs1: target}})
}

// TailCall appends a jump to symbol; the epilogue must come before it.
func (f *Function) TailCall(symbol string) { f.add(Inst{Op: TailCall, Symbol: symbol}) }

// Prologue appends the prologue, which changes sp, s0 if the frame uses it, and t6.
func (f *Function) Prologue() { f.add(Inst{Op: Prologue}) }

// Epilogue appends the epilogue, which restores sp and the saved registers.
func (f *Function) Epilogue() { f.add(Inst{Op: Epilogue}) }

// Ret appends the return to the address in ra.
func (f *Function) Ret() { f.add(Inst{Op: Ret}) }

// Trap appends an illegal instruction.
func (f *Function) Trap() { f.add(Inst{Op: Trap}) }

// Record appends a location record that holds here.
func (f *Function) Record(r LocationRecord) {
	f.add(Inst{Op: LocationPoint, N: uint32(len(f.Locations))})
	f.Locations = append(f.Locations, r)
}

// Line appends the source line and column of the instructions that follow.
func (f *Function) Line(line, column uint32) {
	f.add(Inst{Op: Line, N: line, I: isa.Inst{Imm: int64(column)}})
}
