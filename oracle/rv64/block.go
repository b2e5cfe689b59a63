package rv64

import (
	"slices"
	"unsafe"
)

// The plain engine executes blocks: instructions that follow each other, through jumps whose target is known, up to one
// that may go anywhere. A branch leaves its block if it is taken. A block knows which blocks follow it, so that its
// successor need not be looked up, and how many instructions it has, so that these are counted once.
//
// A block is made when execution has come to its start a few times: most instructions of a short program are executed
// less often than translating them costs.

// block is a block of a chunk.
type block struct {
	operations []operation
	places     []place   // of the operations
	start, end uint64    // where it begins, and where execution goes on after its last operation
	steps      uint64    // its instructions
	next       successor // the one at end
}

// successor is a block that follows another, or nil until it is known.
type successor = *block

// operation is one instruction of a block, or up to three that are executed as one: the second has the registers rd2, rs3
// and rs4 and the immediate more, the third rd3, rs5, rs6 and third. Registers are those of inst.
type operation struct {
	do               micro
	rd, rs1, rs2     uint8
	rd2, rs3, rs4    uint8
	rd3, rs5, rs6    uint8
	at               uint8 // its index
	parts            uint8 // instructions that are executed as one
	imm, more, third int32
}

// place is where an operation comes from, and what its general way needs.
type place struct {
	pc, second uint64 // of its first and its second instruction
	inst       *inst  // the first of its instructions
	row        *row   // of inst
	before     uint32 // instructions of the block before it, and before its second one
	beforeNext uint32
	count      uint32    // its instructions, with those that do nothing between them
	rest       uint32    // instructions of the block after it
	target     uint64    // of a branch
	link       successor // the one at target
}

// next returns the operation after o, which is not the last of its block. Blocks end in doEnd, so that neither the length of
// a block nor an index is looked at for each operation: that makes integer code a quarter faster. Nothing else here is
// unsafe.
func (o *operation) next() *operation {
	return (*operation)(unsafe.Add(unsafe.Pointer(o), unsafe.Sizeof(*o)))
}

const (
	// hot is how often execution comes to a place before a block is made that begins there.
	hot = 3
	// longestBlock is the number of instructions of a block at most.
	longestBlock = 64
	// mostOperations is the number of operations of all blocks at most. They take 96 bytes each.
	mostOperations = 1 << 19
)

// blockAt returns the block that begins at an index of a chunk's code; nil if there is none yet, or if the instruction
// there is in no block.
func (m *Machine) blockAt(c *chunk, at uint64) *block {
	if c.starts == nil {
		c.starts = make([]uint32, len(c.code))
	}
	n := &c.starts[at]
	switch {
	case *n > hot:
		return c.blocks[*n-hot-1]
	case *n < hot:
		*n++
		c.used = max(c.used, at+1)
		return nil
	}
	b := m.makeBlock(c, at)
	if b == nil {
		return nil
	}
	if m.operations += uint64(len(b.operations)) + 1; m.operations > mostOperations {
		m.forgetBlocks()
		m.operations = uint64(len(b.operations)) + 1
	}
	m.Spend(128 * uint64(len(b.operations)))
	c.blocks = append(c.blocks, b)
	*n = hot + uint32(len(c.blocks))
	return b
}

// follow returns the block at an address if it is in the chunk and there is one, and remembers it in link.
func (m *Machine) follow(c *chunk, link *successor, target uint64) *block {
	at := (target - c.base) / 2
	if at >= c.places() {
		return nil
	}
	kept := m.operations
	b := m.blockAt(c, at)
	if m.operations >= kept { // else the block of the link is forgotten
		*link = b
	}
	return b
}

// forgetBlocks drops all blocks but keeps the instructions.
func (m *Machine) forgetBlocks() {
	for _, c := range m.executed {
		c.forgetBlocks()
	}
	m.operations = 0
}

func (c *chunk) forgetBlocks() {
	if c.starts != nil {
		clear(c.starts[:min(c.used, uint64(len(c.starts)))])
	}
	c.blocks = nil
}

// places returns the number of places of a chunk where an instruction may begin.
func (c *chunk) places() uint64 { return uint64(len(c.data)+1) / 2 }

// makeBlock translates the instructions from an index of a chunk's code on. It returns nil if the first one ends the
// execution or changes what is executed.
func (m *Machine) makeBlock(c *chunk, at uint64) *block {
	b := &block{start: c.base + 2*at}
	var visited [longestBlock]uint64
	pc := b.start
	for b.steps < longestBlock && (pc-c.base)/2 < c.places() {
		s := &c.code[(pc-c.base)/2]
		if s.op == opNone {
			m.decodeAt(c, pc-c.base, s)
		}
		r := &rows[s.op]
		if endsBlock(s, r) {
			break
		}
		visited[b.steps] = pc
		next := pc + uint64(s.length)
		// A loop is executed some rounds at a time: the branch back to its start leaves the block if it is not taken.
		isLoop := r.kind == kindBranch && pc+uint64(s.imm) == b.start && 2*b.steps < longestBlock
		if isLoop {
			next = b.start
		}
		b.add(s, r, pc, isLoop)
		b.steps++
		pc = next
		if r.kind == kindJumpReg {
			break
		}
		if r.kind == kindJump {
			pc = visited[b.steps-1] + uint64(s.imm)
			if slices.Contains(visited[:b.steps], pc) {
				break
			}
		}
	}
	b.end = pc
	for i := range b.places {
		p := &b.places[i]
		p.rest = uint32(b.steps) - p.before - p.count
	}
	if b.steps == 0 {
		return nil
	}
	b.operations = append(b.operations, operation{do: doEnd})
	return b
}

// endsBlock reports whether an instruction is in no block.
func endsBlock(s *inst, r *row) bool {
	switch r.kind {
	case kindIllegal, kindEcall, kindEbreak, kindFenceI:
		return true
	}
	return s.op <= opSpecial
}

// add appends the operation of an instruction, if it has one. A branch that is inverted leaves the block if it is not
// taken.
func (b *block) add(s *inst, r *row, pc uint64, inverted bool) {
	o := operation{do: micros[s.op], parts: 1, rd: s.rd, rs1: s.rs1, rs2: s.rs2, imm: int32(s.imm)}
	if r.quick != nil {
		o.do = doVector
	}
	target := pc + uint64(s.imm)
	if inverted {
		o.do, target = inverses[o.do], pc+uint64(s.length)
	}
	if !o.simplify(s, r, pc) {
		return
	}
	before := uint32(b.steps)
	if last := len(b.operations) - 1; last >= 0 && b.operations[last].absorb(&o) {
		p := &b.places[last]
		if b.operations[last].parts == 2 {
			p.second, p.beforeNext = pc, before
		}
		p.count, p.target = before+1-p.before, target
		return
	}
	o.at = uint8(len(b.operations))
	b.operations = append(b.operations, o)
	b.places = append(b.places, place{pc: pc, inst: s, row: r, before: before, count: 1, target: target})
}

// inverses has for each branch the one that is taken if it is not.
var inverses = map[micro]micro{doBeq: doBne, doBne: doBeq, doBlt: doBge, doBge: doBlt, doBltu: doBgeu, doBgeu: doBltu}

// simplify makes an operation simpler whose result is known, or a copy. It returns false if there is nothing to do.
func (o *operation) simplify(s *inst, r *row, pc uint64) bool {
	switch {
	case r.kind == kindFence:
		return false
	case r.kind == kindJump:
		o.constant(pc + uint64(s.length))
	case s.op == opAuipc:
		o.constant(pc + uint64(s.imm))
	case s.op == opLui, s.op == opAddi && s.rs1 == 0:
		o.constant(uint64(s.imm))
	case s.op == opAddi && s.imm == 0, s.op == opAdd && s.rs2 == 0:
		o.do = doMove
	case s.op == opAdd && s.rs1 == 0:
		o.do, o.rs1 = doMove, s.rs2
	case s.op == opAddiw && s.imm == 0:
		o.do = doSextW
	}
	return s.rd != sink || r.kind != kindReg && r.kind != kindImm && r.kind != kindConst && r.kind != kindPC && r.kind != kindJump
}

// constant makes an operation one that sets rd.
func (o *operation) constant(v uint64) {
	o.do, o.imm = doConst, int32(v)
	if v != uint64(int64(o.imm)) {
		o.do, o.more = doWide, int32(v>>32)
	}
}

// absorb makes an operation do what the next one does too, if there is a micro for both.
func (o *operation) absorb(next *operation) bool {
	all := fused[o.do][next.do]
	if all == doGeneral {
		return false
	}
	o.do = all
	if o.parts++; o.parts == 2 {
		o.rd2, o.rs3, o.rs4, o.more = next.rd, next.rs1, next.rs2, next.imm
	} else {
		o.rd3, o.rs5, o.rs6, o.third = next.rd, next.rs1, next.rs2, next.imm
	}
	return true
}
