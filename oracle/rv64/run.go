package rv64

// runPlain is the engine without checks.
func (m *Machine) runPlain(limit uint64) {
	for m.steps < limit {
		s := m.fetch()
		if s == nil {
			return
		}
		if s.op == opSpecial {
			under, moved := m.serveSpecial(s)
			if moved {
				continue
			}
			if under == nil {
				return
			}
			s = under
		}
		if !m.execute(s, &rows[s.op]) {
			return
		}
		m.steps++
	}
	m.outOfSteps()
}
