package rv64

// Mark makes the present memory, hooks, location records and stack arguments those to which Rewind returns. It is for
// regions that nothing has written to since Map, whose Region.Data must stay as it is until Reset.
func (m *Machine) Mark() {
	for _, r := range m.regions {
		r.marked = append(r.marked[:0], r.dirty...)
		clear(r.dirty)
		r.isMarked = true
	}
	m.forgetPages()
}

// Rewind makes the machine what Reset, and all that was called between it and Mark, would make it, at the cost of the
// memory that was touched since. Instructions that were decoded are not decoded again. The regions of the time of Mark
// must not have been unmapped or protected.
func (m *Machine) Rewind() {
	m.setStack(nil)
	regions := m.regions
	m.regions, m.mapped = regions[:0], 0
	for _, r := range regions {
		if !r.isMarked {
			m.retire(r)
			continue
		}
		if r.rewind() && r.executed {
			m.ForgetCode()
		}
		m.regions, m.mapped = append(m.regions, r), m.mapped+r.size()
	}
	clear(regions[len(m.regions):])
	m.last, m.code = nil, nil
	m.forgetPages()
	m.resetHart()
}

// rewind makes a marked region as it was and reports whether it has been written to.
func (r *region) rewind() (written bool) {
	data, mask := r.data[:cap(r.data)], r.mask[:cap(r.mask)]
	for i, word := range r.dirty {
		written = written || word != 0
		for page := i * 64; word != 0; page, word = page+1, word>>1 {
			if word&1 == 0 {
				continue
			}
			at := page * pageSize
			start := r.start[min(at, len(r.start)):min(at+pageSize, len(r.start))]
			clear(data[at+copy(data[at:], start) : at+pageSize])
			if len(mask) != 0 {
				setAll(mask[at:at+pageSize], r.fill)
				setAll(mask[at:at+len(start)], 0xff)
			}
		}
		r.dirty[i] = 0
	}
	r.called = nil
	return written
}
