package rv64

import "fmt"

// Count is how often something happened.
type Count struct {
	Name  string
	Times uint64
}

// watch counts and traces an instruction that is about to be executed. Its line is written when the next one begins,
// with what it wrote.
func (m *Machine) watch(s *inst) {
	if m.coverage != nil {
		m.coverage[s.op]++
	}
	if m.config.Trace != nil {
		m.flushTrace()
		m.traced, m.tracedAt = *s, m.PC
	}
}

// flushTrace writes the line of the last instruction, if it is still to be written.
func (m *Machine) flushTrace() {
	s := &m.traced
	if s.op == opNone {
		return
	}
	name, value, ok := m.written(s)
	if ok {
		fmt.Fprintf(m.config.Trace, "%x: %-32s %s = %#x\n", m.tracedAt, s, name, value)
	} else {
		fmt.Fprintf(m.config.Trace, "%x: %s\n", m.tracedAt, s)
	}
	s.op = opNone
}

// written returns the register that an executed instruction wrote, if it did.
func (m *Machine) written(s *inst) (name string, value uint64, ok bool) {
	r := &rows[s.op]
	switch r.kind {
	case kindReg, kindImm, kindReg3, kindConst, kindPC, kindLoad, kindJump, kindJumpReg, kindAmo, kindCas, kindLR, kindSC, kindCSR:
	case kindFloat:
		if r.out != integer {
			return floatNames[s.rd&31], m.f[s.rd&31], true
		}
	case kindLoadF:
		return floatNames[s.rd&31], m.f[s.rd&31], true
	default:
		return "", 0, false
	}
	return integerNames[s.rd&31], m.x[s.rd&31], s.rd != sink
}

// Coverage returns how often each operation was executed since Reset, by opcode; nil without Config.Coverage.
func (m *Machine) Coverage() (counts []Count) {
	for op, times := range m.coverage {
		if times > 0 {
			counts = append(counts, Count{rows[op].name, times})
		}
	}
	return counts
}
