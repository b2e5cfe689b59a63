package gen

// arena hands out short slices of one array. What it handed out stays valid until reset; a full arena goes on in a new
// array and leaves the old one to its users.
type arena[T any] struct{ free, all []T }

const arenaSize = 2048

// take returns n zeroed elements.
func (a *arena[T]) take(n int) []T {
	if n > len(a.free) {
		a.all = make([]T, max(arenaSize, n))
		a.free = a.all
	}
	s := a.free[:n:n]
	a.free = a.free[n:]
	clear(s)
	return s
}

func (a *arena[T]) reset() { a.free = a.all }
