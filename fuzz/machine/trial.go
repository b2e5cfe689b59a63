package machine

import (
	"encoding/binary"

	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// trial executes a sequence on the reference machine while it is made, to leave out instructions that are illegal for
// the current vector type or would fault. An instruction that the machine wrongly rejects is not compared; one that it
// wrongly accepts is.
type trial struct {
	m *rv64.Machine
}

// The memory of a trial: code, and the part of the block that sequences use, at the address that it has in the
// executable of a single sequence.
const (
	trialText    = 0x10000
	trialSize    = 64
	trialPointer = dataBase - blockStart
)

func newTrial(vlenb int) *trial { return &trial{m: rv64.New(rv64.Config{VLEN: 8 * uint64(vlenb)})} }

func (t *trial) start(s *state) error {
	t.m.Reset()
	for _, r := range []rv64.Region{
		{Name: "text", Addr: trialText, Size: trialSize, Rights: rv64.Read | rv64.Exec},
		{Name: "memory", Addr: trialPointer + memoryLow, Size: uint64(len(s.memory)), Rights: rv64.Read | rv64.Write, Data: s.memory},
	} {
		if err := t.m.Map(r); err != nil {
			return err
		}
	}
	vlenb := len(s.v) / 32
	for i := range 32 {
		t.m.SetX(i, s.x[i])
		t.m.SetF(i, s.f[i])
		t.m.SetV(i, s.v[vlenb*i:])
	}
	t.m.SetX(int(pointer), trialPointer)
	t.m.SetFCSR(s.fcsr)
	return nil
}

// breakpoint ends the code of a trial.
const breakpoint = 0x00100073

// accepts executes a group and reports whether it ran to its end. If it did not, the registers are as before.
func (t *trial) accepts(g group) bool {
	var code []byte
	for _, in := range g {
		var err error
		if code, err = isa.Append(code, in); err != nil {
			return false
		}
	}
	end := trialText + uint64(len(code))
	code = binary.LittleEndian.AppendUint32(code, breakpoint)
	if len(code) > trialSize || t.m.WriteMemory(trialText, code) != nil {
		return false
	}
	saved := t.m.Vector()
	var x, f [32]uint64
	for i := range 32 {
		x[i], f[i] = t.m.X(i), t.m.F(i)
	}
	fcsr := t.m.FCSR()
	t.m.PC = trialText
	if result := t.m.Run(uint64(len(g)) + 1); result.Reason == "breakpoint" && result.PC == end {
		return true
	}
	for i := range 32 {
		t.m.SetX(i, x[i])
		t.m.SetF(i, f[i])
	}
	t.m.SetFCSR(fcsr)
	t.m.SetVector(saved)
	return false
}

// vectorSequence fills a sequence with n groups by trial. The first group sets the vector type, and so do every sixth
// group after it and one where many in a row are rejected.
func (m *menu) vectorSequence(s *source.Source, q *sequence, n int) {
	q.vector = true
	q.start.vcsr = uint64(s.Intn(8))
	for i := 0; i < len(q.start.v); i += 8 {
		v := float(s)
		if s.Bool() {
			v = integer(s)
		}
		binary.LittleEndian.PutUint64(q.start.v[i:], v)
	}
	if m.trial == nil {
		m.trial = newTrial(m.qemu.vlenb)
	}
	if m.trial.start(&q.start) != nil {
		return
	}
	rejected := 0 // since the last group: under a type that is illegal, most instructions are
	for tries := 0; len(q.groups) < n && tries < 100*n; tries++ {
		g := setType(s)
		if len(q.groups)%6 != 0 && rejected < 50 {
			g = m.group(s)
		}
		rejected++
		if g != nil && m.trial.accepts(g) {
			q.groups, rejected = append(q.groups, m.take(g)), 0
		}
	}
}

// setType returns an instruction that sets the vector type and a length, often the longest.
func setType(s *source.Source) group {
	width, size := int64(s.Intn(4)), int64(s.Intn(8))
	in := isa.Inst{Op: isa.VSETIVLI, Rd: isa.X(s.Intn(31)), AVL: uint8(s.Intn(32)), Imm: int64(s.Intn(4))<<6 | width<<3 | size}
	switch s.Intn(4) {
	case 0, 1:
		return group{{Op: isa.VSETVLI, Rd: isa.X(1 + s.Intn(30)), Imm: in.Imm}}
	case 2:
		named := isa.X(1 + s.Intn(30))
		return group{{Op: isa.ADDI, Rd: named, Imm: in.Imm}, {Op: isa.VSETVL, Rd: isa.X(1 + s.Intn(30)), Rs2: named}}
	}
	return group{in}
}

// vectorGroup completes a vector instruction: a memory access gets an address, a small stride, and indices. It returns
// nil if the operands do not allow that.
func vectorGroup(s *source.Source, row isa.Row, in isa.Inst) group {
	const load, store = 0x07, 0x27
	if major := row.Match & 0x7f; major != load && major != store {
		return group{in}
	}
	if in.Rs1 == 0 || in.Rs1 == pointer {
		return nil
	}
	g := group{{Op: isa.ADDI, Rd: in.Rs1, Rs1: pointer, Imm: int64(memoryLow + margin + s.Intn(addressEnd-memoryLow-2*margin))}}
	const strided = 2
	switch mode := row.Match >> 26 & 3; {
	case mode == strided && (in.Rs2 == in.Rs1 || in.Rs2 == 0 || in.Rs2 == pointer):
		return nil
	case mode == strided:
		g = append(g, isa.Inst{Op: isa.ADDI, Rd: in.Rs2, Imm: int64(s.Intn(33) - 16)})
	case mode != 0:
		g = append(g, isa.Inst{Op: isa.VID_V, Rd: in.Rs2})
	}
	return append(g, in)
}
