package rv64

import "encoding/binary"

// AccessKind is what an access does.
type AccessKind uint8

// The kinds of access.
const (
	Load   AccessKind = iota // lr too
	Store                    // a successful sc too
	Update                   // amo and cas
	Fence                    // no access
)

// Access is an access to memory that is about to be executed. It is atomic if it is an instruction of the extensions for
// atomics, or a load right before a fence or a store right after one: that is how the standard mapping of C's atomics
// writes what has no instruction of its own (ISA manual, "RVWMO Mapping Guidelines"). It acquires or releases if it has
// that bit, or a fence after or before it.
type Access struct {
	Kind                     AccessKind
	PC, Addr, Size           uint64
	Atomic, Acquire, Release bool
}

// storesAfterFence is the size in bytes of the code after a fence in which an access belongs to it.
const storesAfterFence = 16

// dataRace is the rule that the function of WatchAccesses checks.
const dataRace = "data-race"

// WatchAccesses has fn called before every access to memory of a machine with checks; nil ends that. A text that it
// returns ends the execution as the broken rule data-race.
func (m *Machine) WatchAccesses(fn func(a Access) (race string)) { m.onAccess = fn }

// watchAccess tells the function of WatchAccesses of an instruction.
func (m *Machine) watchAccess(s *inst, r *row) bool {
	const acquire, release = 1 << 26, 1 << 25
	a := Access{PC: m.PC, Addr: m.x[s.rs1&63] + uint64(s.imm), Size: uint64(r.size)}
	word, _ := m.codeWord(m.PC)
	switch r.kind {
	case kindLoad, kindLoadF:
		a.Acquire = m.fenceAt(m.PC + uint64(s.length))
		a.Atomic = a.Acquire
	case kindStore, kindStoreF:
		a.Kind, a.Release = Store, m.followsFence()
		a.Atomic = a.Release
	case kindLR, kindSC, kindAmo, kindCas, kindCas128:
		a.Kind, a.Addr, a.Atomic = Update, m.x[s.rs1&63], true
		a.Acquire = word&acquire != 0 || m.fenceAt(m.PC+uint64(s.length))
		a.Release = word&release != 0 || r.kind != kindLR && m.followsFence()
		switch {
		case r.kind == kindLR:
			a.Kind = Load
		case r.kind == kindSC && (m.reserved != a.Addr || m.reservedSize != r.size):
			return true
		case r.kind == kindSC:
			a.Kind = Store
		}
	case kindFence:
		if s.op != opFence {
			return true
		}
		m.fenced, a.Kind = m.PC+uint64(s.length), Fence
	default:
		return true
	}
	return m.noRace(a)
}

// followsFence reports whether a store at PC belongs to the last fence: the first one after it.
func (m *Machine) followsFence() bool {
	follows := m.fenced != 0 && m.PC-m.fenced < storesAfterFence
	m.fenced = 0
	return follows
}

func (m *Machine) noRace(a Access) bool {
	if race := m.onAccess(a); race != "" {
		return m.broken(dataRace, "%s", race)
	}
	return true
}

// codeWord returns four bytes of the code that is being executed.
func (m *Machine) codeWord(pc uint64) (word uint32, ok bool) {
	c := m.code
	if c == nil || pc < c.base || pc+4-c.base > uint64(len(c.data)) {
		return 0, false
	}
	return binary.LittleEndian.Uint32(c.data[pc-c.base:]), true
}

// fenceAt reports whether the instruction at an address is a fence.
func (m *Machine) fenceAt(pc uint64) bool {
	const fence, mask = 0x0000000f, 0x0000707f
	word, ok := m.codeWord(pc)
	return ok && word&mask == fence
}
