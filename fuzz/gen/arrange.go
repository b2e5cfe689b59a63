package gen

import "github.com/rvfuzz/rvfuzz/backend/air"

// longLength is from where on the elements of arrays and vectors are not drawn one by one, but a few that are arranged.
const longLength = 9

// maxPool bounds the elements that are arranged.
const maxPool = 4

// arrangement draws how n elements are made of a few: repeated, in runs, one with exceptions, or in any order.
func (g *Generator) arrangement(n, pool int) func(i int) int {
	at, seed := g.s.Intn(n), uint64(g.s.Intn(256))
	switch g.s.Intn(5) {
	case 0:
		return func(i int) int { return i % pool }
	case 1:
		return func(i int) int { return i * pool / n }
	case 2:
		return func(i int) int { return min(i/max(at, 1), pool-1) }
	case 3: // the first, but for a few
		return func(i int) int {
			if scatter(seed+1, i)%8 != 0 {
				return 0
			}
			return int(scatter(seed, i) % uint64(pool))
		}
	}
	return func(i int) int { return int(scatter(seed, i) % uint64(pool)) }
}

// scatter returns a number that looks random.
func scatter(seed uint64, i int) uint64 {
	v := (seed<<16 + uint64(i) + 1) * 0x9e3779b97f4a7c15
	return (v ^ v>>29) * 0xbf58476d1ce4e5b9 >> 32
}

// arranged returns n constants of a type that are made of a few, or rise or fall evenly, one by one or in runs.
func (g *Generator) arranged(n int, t *air.Type) []*air.Value {
	elems := g.lists.take(n)
	if isNarrow(t) && g.s.Chance(1, 3) {
		start, step, run := uint64(g.boundary(t)), uint64(g.s.Between(-3, 4)), 1
		if g.s.Bool() {
			run = 2 << g.s.Intn(8)
		}
		for i := range elems {
			elems[i] = g.intValue(t, Extend(t, start+step*uint64(i/run)))
		}
		return elems
	}
	var pool [maxPool]*air.Value
	used := g.s.Between(1, maxPool)
	for i := range used {
		pool[i] = g.constant(t)
	}
	which := g.arrangement(n, used)
	for i := range elems {
		elems[i] = pool[which(i)]
	}
	return elems
}

// mixture writes aggregate_init of a long vector of a few values.
func (w *writer) mixture(t *air.Type) value {
	var pool [maxPool]air.Ref
	used := w.s.Between(1, maxPool)
	for i := range used {
		pool[i] = w.need(t.Elem).ref
	}
	ops := w.refs.take(int(t.Len))
	which := w.arrangement(len(ops), used)
	for i := range ops {
		ops[i] = pool[which(i)]
	}
	return w.push(air.Inst{Tag: air.AggregateInit, Type: t, Ops: ops})
}

// shuffleMask draws the mask of a shuffle of two vectors of n lanes: any lanes, or those that vector units know.
func (g *Generator) shuffleMask(n int) []int32 {
	mask := make([]int32, n)
	from := g.lanesFrom(n)
	for i := range mask {
		if mask[i] = int32(from(i) % (2 * n)); mask[i] >= int32(n) {
			mask[i] = ^(mask[i] - int32(n))
		}
	}
	if g.s.Chance(1, 4) {
		mask[g.s.Intn(n)] = int32(g.s.Intn(n))
	}
	return mask
}

// lanesFrom draws from where the lanes of a shuffle come; those from n on are the second operand's.
func (g *Generator) lanesFrom(n int) func(i int) int {
	by := g.s.Intn(2 * n)
	switch g.s.Intn(9) {
	case 0: // reversed
		return func(i int) int { return 2*n - 1 - i + by/n*n }
	case 1: // slid
		return func(i int) int { return i + by }
	case 2: // interleaved
		return func(i int) int { return i/2 + i%2*n + by/n*(n/2) }
	case 3: // every second
		return func(i int) int { return 2*i + by%2 }
	case 4: // one lane
		return func(int) int { return by }
	case 5: // repeated
		return func(i int) int { return i % (by/2 + 1) }
	case 6: // from one operand or the other
		return func(i int) int { return i + int(scatter(uint64(by), i)%2)*n }
	case 7: // rotated in groups
		group := min(n, 2<<(by%4))
		return func(i int) int { return i/group*group + (i+by)%group }
	}
	return func(i int) int { return int(scatter(uint64(by), i) % uint64(2*n)) }
}
