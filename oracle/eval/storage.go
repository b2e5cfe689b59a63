package eval

// storage is the memory that a Program keeps from one module to the next.
type storage struct {
	preparer  preparer
	functions pool[function]
	steps     pool[step]
	slots     pool[slot]
	consts    pool[constant]
	operands  pool[operand]
	used      pool[bool]
	finishes  pool[finish]
	targets   pool[target]
	enclosing pool[*target]
	shapes    pool[shape]
	bytes     pool[byte]
}

// reset takes back all that was handed out.
func (s *storage) reset() {
	s.functions.used, s.steps.used, s.slots.used, s.consts.used, s.operands.used, s.used.used = 0, 0, 0, 0, 0, 0
	s.finishes.used, s.targets.used, s.enclosing.used, s.shapes.used, s.bytes.used = 0, 0, 0, 0, 0
}

// view returns undefined bytes.
func (s *storage) view(size uint64) view {
	v := view{s.bytes.reserve(int(size))[:size], s.bytes.reserve(int(size))[:size]}
	v.forget()
	return v
}

// pool hands out pieces of an array. When that is used up a larger one follows; the pieces stay as they are.
type pool[T any] struct {
	array []T
	used  int
}

// take returns n zero elements.
func (p *pool[T]) take(n int) []T {
	piece := p.reserve(n)[:n]
	clear(piece)
	return piece
}

// takeBack takes back what was handed out since the pool was as before.
func (p *pool[T]) takeBack(before pool[T]) {
	if len(p.array) == len(before.array) { // it is the same
		p.used = before.used
	}
}

// one returns a zero element.
func (p *pool[T]) one() *T { return &p.take(1)[0] }

// reserve returns an empty slice with room for n elements.
func (p *pool[T]) reserve(n int) []T {
	if p.used+n > len(p.array) {
		p.array, p.used = make([]T, max(2*len(p.array), n, 64)), 0
	}
	at := p.used
	p.used += n
	return p.array[at:at:p.used]
}
