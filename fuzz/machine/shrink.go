package machine

import "slices"

// shrink drops groups and clears registers and memory of a sequence for as long as it fails. The result fails, and no
// single one of these changes keeps it failing.
func shrink(q sequence, fails func(sequence) bool) sequence {
	for again := true; again; {
		again = false
		for size := len(q.groups); size > 0; size /= 2 {
			for at := 0; at+size <= len(q.groups); {
				smaller := q
				smaller.groups = append(append([]group(nil), q.groups[:at]...), q.groups[at+size:]...)
				if fails(smaller) {
					q, again = smaller, true
				} else {
					at += size
				}
			}
		}
		for _, clear := range clearings() {
			smaller := q
			if clear(&smaller.start) && fails(smaller) {
				q, again = smaller, true
			}
		}
	}
	return q
}

// clearings returns the ways to simplify a state; each reports whether it changed anything.
func clearings() []func(*state) bool {
	list := []func(*state) bool{
		func(s *state) bool {
			changed := slices.ContainsFunc(s.memory, isSet)
			s.memory = make([]byte, len(s.memory))
			return changed
		},
		func(s *state) bool { return zero(&s.fcsr) },
		func(s *state) bool { return zero(&s.vcsr) },
	}
	for i := range 32 {
		list = append(list,
			func(s *state) bool { return zero(&s.x[i]) },
			func(s *state) bool { return zero(&s.f[i]) },
			func(s *state) bool {
				size := len(s.v) / 32
				s.v = slices.Clone(s.v)
				v := s.v[size*i : size*(i+1)]
				changed := slices.ContainsFunc(v, isSet)
				clear(v)
				return changed
			})
	}
	return list
}

func isSet(b byte) bool { return b != 0 }

// zero clears v and reports whether that changed it.
func zero(v *uint64) bool {
	changed := *v != 0
	*v = 0
	return changed
}
