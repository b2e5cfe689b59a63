package gen

// arena allocates short slices of one array. They are valid until reset; a full arena continues in a new array.
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
