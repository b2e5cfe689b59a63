// Package lower turns MIR into instructions. Each pseudo instruction has one fixed expansion; nothing is selected or
// scheduled here. Displacements of frame slots become numbers. Distances are left to emit, and addresses to link.
//
// Lower takes a mir.Function that mir.Verify accepts and returns the Items of its code in order. Only t6 is used as
// scratch, and its value is dead after every expansion.
//
//	store sd a0, [frame7+5000]     lui t6,0x1
//	                               add t6,t6,sp
//	                               sd a0,912(t6)      with frame7 at sp+8
package lower

import (
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// Kind is what an Item is and what of it emit and link fill in.
type Kind uint8

// The kinds of Item. Those from Bind on produce no code.
const (
	Plain         Kind = iota // the instruction
	Whole                     // the instruction, which must keep its length of four bytes
	Branch                    // the instruction, a conditional branch to label N
	Jump                      // a jump to label N
	CallPair                  // auipc rd and jalr to Symbol; the instruction is the jalr
	AddressPair               // auipc rd and addi rd: the address of Symbol + Imm
	LoadPair                  // auipc rd and ld rd: the address of Symbol, from the global offset table
	ThreadTriple              // lui rd, add rd,rd,tp and addi rd: the address of the thread-local Symbol + Imm
	LoadTriple                // auipc rd, ld rd and add rd,rd,tp: that of Symbol, by the global offset table
	TableShift                // slli rd,rd: an index becomes a distance in a table of slots
	Slot                      // one entry of a jump table: a jump to label N, all of one length
	Bind                      // label N is here
	LocationPoint             // Locations[N] holds here
	Line                      // source line N and column Imm
	PrologueEnd               // the frame is made
	EpilogueBegin             // the frame is about to be undone
)

// Item is one instruction, or one fact about the place between two.
type Item struct {
	isa.Inst
	Kind   Kind
	N      uint32
	Symbol string
}

// Code is a function as instructions.
type Code struct {
	Name      string
	File      string
	Items     []Item
	Labels    int
	Locations []mir.LocationRecord // frame slots resolved: every Mem is based on a register
	Origins   []Origin             // in ascending order, if the MIR has them
	Points    []mir.Point          // Before is the position in Items; frame slots resolved
	Rules     []FrameRule          // in ascending order
}

// Origin is where the instruction of MIR comes from whose expansion begins with Items[Item].
type Origin struct {
	Item int
	mir.Origin
}

// Lower expands the pseudo instructions of f. The error names a frame slot that f does not have.
func Lower(f *mir.Function) (*Code, error) { return LowerInto(nil, f) }

// LowerInto is Lower in the memory of a Code that nobody needs any more, or in new memory if that is nil.
func LowerInto(c *Code, f *mir.Function) (*Code, error) {
	if c == nil {
		c = &Code{Items: make([]Item, 0, len(f.Insts)+len(f.Insts)/2+16)}
	}
	l := lowerer{items: c.Items[:0], frame: &f.Frame, tables: f.Tables, rules: c.Rules[:0]}
	points := slices.Clone(f.Points)
	var origins []Origin
	next := 0
	for i := range f.Insts {
		for ; next < len(points) && points[next].Before <= i; next++ {
			points[next].Before = len(l.items)
		}
		if f.Origins != nil {
			origins = append(origins, Origin{len(l.items), origin(&f.Insts[i], f.Origins[i])})
		}
		l.inst(&f.Insts[i])
	}
	for ; next < len(points); next++ {
		points[next].Before = len(l.items)
	}
	locations := l.locations(c.Locations[:0], f.Locations)
	for i := range points {
		l.place(&points[i].Loc)
	}
	if l.err != nil {
		return nil, fmt.Errorf("lower: @%s: %w", f.Name, l.err)
	}
	*c = Code{Name: f.Name, File: f.File, Items: l.items, Labels: f.Labels, Locations: locations, Origins: origins,
		Points: points, Rules: l.rules}
	return c, nil
}

type lowerer struct {
	items  []Item
	frame  *mir.Frame
	tables [][]mir.Label
	rules  []FrameRule
	undone bool  // the frame, since the last epilogue
	err    error // the first
}

// unimp is the illegal instruction of Trap, the word c0001073: a write to a read-only CSR.
var unimp = isa.Inst{Op: isa.CSRRW, CSR: 0xc00}

func (l *lowerer) inst(in *mir.Inst) {
	switch in.Op {
	case mir.Real:
		l.add(in.I)
	case mir.LoadImm:
		l.loadImm(in.I.Rd, in.I.Imm)
	case mir.AddImm:
		l.addImm(in.I.Rd, in.I.Rs1, in.I.Imm)
	case mir.Load, mir.Store:
		l.access(in)
	case mir.LeaMem:
		base, disp := l.resolve(in.Mem)
		l.addImm(in.I.Rd, base, disp)
	case mir.LeaSymbol:
		l.items = append(l.items, Item{Kind: AddressPair, Inst: in.I, Symbol: in.Symbol})
	case mir.LoadAddress:
		l.items = append(l.items, Item{Kind: LoadPair, Inst: in.I, Symbol: in.Symbol})
	case mir.LeaThread:
		l.items = append(l.items, Item{Kind: ThreadTriple, Inst: in.I, Symbol: in.Symbol})
	case mir.LoadThread:
		l.items = append(l.items, Item{Kind: LoadTriple, Inst: in.I, Symbol: in.Symbol})
	case mir.Branch:
		l.items = append(l.items, Item{Kind: Branch, Inst: in.I, N: in.N})
	case mir.Jump:
		l.items = append(l.items, Item{Kind: Jump, N: in.N})
	case mir.JumpTable:
		l.jumpTable(in.I.Rs1, l.tables[in.N])
	case mir.Bind:
		l.items = append(l.items, Item{Kind: Bind, N: in.N})
	case mir.Call:
		l.pair(in.Symbol, isa.RA, isa.RA)
	case mir.CallReg:
		l.add(isa.Inst{Op: isa.JALR, Rd: isa.RA, Rs1: in.I.Rs1})
	case mir.TailCall:
		l.pair(in.Symbol, isa.Zero, isa.T6)
		l.left()
	case mir.Prologue:
		l.prologue()
	case mir.Epilogue:
		l.epilogue()
	case mir.Ret:
		l.add(isa.Inst{Op: isa.JALR, Rs1: isa.RA})
		l.left()
	case mir.Trap:
		l.add(unimp)
	case mir.LocationPoint:
		l.items = append(l.items, Item{Kind: LocationPoint, N: in.N})
	case mir.Line:
		l.items = append(l.items, Item{Kind: Line, N: in.N, Inst: in.I})
	default:
		panic("lower: every instruction of MIR has an expansion")
	}
}

func (l *lowerer) add(in isa.Inst) { l.items = append(l.items, Item{Inst: in}) }

func (l *lowerer) pair(symbol string, link, scratch isa.Reg) {
	jalr := isa.Inst{Op: isa.JALR, Rd: link, Rs1: scratch}
	l.items = append(l.items, Item{Kind: CallPair, Inst: jalr, Symbol: symbol})
}

// TableJump is the number of bytes from the auipc of a jump table's sequence to its first slot.
const TableJump = 12

// jumpTable jumps into a table of jumps in the text section, slots of one length, so that a disassembler sees only
// instructions. Slots of four bytes become eight bytes if one of them cannot reach its target.
//
//	slli  index,index,2
//	auipc t6,0
//	add   t6,t6,index
//	jalr  zero,12(t6)
//	j     first ...
func (l *lowerer) jumpTable(index isa.Reg, targets []mir.Label) {
	l.items = append(l.items,
		Item{Kind: TableShift, Inst: isa.Inst{Op: isa.SLLI, Rd: index, Rs1: index}},
		Item{Kind: Whole, Inst: isa.Inst{Op: isa.AUIPC, Rd: isa.T6}},
		Item{Kind: Whole, Inst: isa.Inst{Op: isa.ADD, Rd: isa.T6, Rs1: isa.T6, Rs2: index}},
		Item{Kind: Whole, Inst: isa.Inst{Op: isa.JALR, Rs1: isa.T6, Imm: TableJump}})
	for _, target := range targets {
		l.items = append(l.items, Item{Kind: Slot, N: target})
	}
}

// locations appends the location records with their frame slots resolved.
func (l *lowerer) locations(to, from []mir.LocationRecord) []mir.LocationRecord {
	to = slices.Grow(to, len(from))
	for _, r := range from {
		l.place(&r.Loc)
		to = append(to, r)
	}
	return to
}

// place resolves the frame slot of a place.
func (l *lowerer) place(loc *mir.Loc) {
	if loc.Kind == mir.LocMem || loc.Kind == mir.LocAddress {
		loc.Mem = mir.RegMem(l.resolve(loc.Mem))
	}
}
