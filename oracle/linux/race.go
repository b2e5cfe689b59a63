package linux

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// races finds data races among the threads of one address space: two accesses to the same bytes by two threads, one of
// them a store, neither of which happens before the other. What happens before what is known from vector clocks:
//
//   - a thread begins after all that its creator did before clone;
//   - an atomic access to a word that acquires comes after all that threads did before they changed the word atomically and
//     released: see rv64.Access;
//   - a thread that futex wakes, reads from a pipe or runs a handler comes after the thread that woke, wrote or sent;
//   - what waits for the end of a thread through the word that its end clears comes after all it did.
//
// A word that was once accessed atomically is a word for synchronisation, whose plain accesses are relaxed atomics. Plain
// loads and stores alone do not show that they are atomics, so a program whose only synchronisation of a word is relaxed
// loads and stores is reported. The accesses of the C library are not looked at, since it synchronises in ways of its own:
// those of functions that the linker has put after __libc_start_main, as it does with archives, or whose names are reserved
// for the implementation. Nor does its count of threads order them: all beginnings and ends of threads would be ordered.
type races struct {
	clocks  []vectorClock            // by slot of a thread
	names   []uint64                 // the thread that has a slot, or had it last
	recent  [][4]uint64              // by slot: the words for synchronisation loaded last
	free    []bool                   // it has ended
	words   map[uint64]vectorClock   // by address / 4: what happened before the last atomic change
	objects map[any]vectorClock      // of streams
	pages   map[uint64]*[512]history // by page
	inside  map[uint64]bool          // by pc: it is in a function of the C library
}

// The bounds on what the host remembers: pages of memory with a history, which are all forgotten when there are more, and
// words and objects for synchronisation, with more of which the search ends.
const (
	maxHistories = 1 << 14
	maxWords     = 1 << 20
	leastSlots   = 2 * maxThreads
)

// vectorClock has for each slot how much of that thread's past is known.
type vectorClock []uint32

// history is the last accesses to 8 bytes.
type history [4]pastAccess

// pastAccess is an access of a thread at a time of its own clock.
type pastAccess struct {
	pc    uint64
	clock uint32
	slot  uint16
	mask  uint8 // of the 8 bytes
	store bool
}

func newRaces() *races {
	return &races{
		words: map[uint64]vectorClock{}, objects: map[any]vectorClock{}, pages: map[uint64]*[512]history{}, inside: map[uint64]bool{},
	}
}

// join makes c know what d knows.
func (c *vectorClock) join(d vectorClock) {
	for len(*c) < len(d) {
		*c = append(*c, 0)
	}
	for i, v := range d {
		(*c)[i] = max((*c)[i], v)
	}
}

// knows reports whether an access happened before what c knows.
func (c vectorClock) knows(p pastAccess) bool {
	return int(p.slot) < len(c) && c[p.slot] >= p.clock
}

// add gives a thread a slot: a new one, or, if there are many, one of a thread that has ended, whose past it then has. The thread knows what its creator does.
func (r *races) add(id uint64, creator int) (slot int) {
	slot = slices.Index(r.free, true)
	if slot < 0 || len(r.clocks) < leastSlots {
		slot = len(r.clocks)
		r.clocks, r.names, r.free = append(r.clocks, nil), append(r.names, 0), append(r.free, false)
		r.recent = append(r.recent, [4]uint64{})
	}
	r.names[slot], r.free[slot], r.recent[slot] = id, false, [4]uint64{}
	if creator >= 0 {
		r.clocks[slot].join(r.clocks[creator])
		r.tick(creator)
	}
	r.tick(slot)
	return slot
}

// tick begins a new time of a thread: what it does from now on is not known to who knows it now.
func (r *races) tick(slot int) {
	c := &r.clocks[slot]
	for len(*c) <= slot {
		*c = append(*c, 0)
	}
	(*c)[slot]++
}

// release lets who acquires from a clock know what the thread did.
func (r *races) release(slot int, to vectorClock) vectorClock {
	to = slices.Clone(to)
	to.join(r.clocks[slot])
	r.tick(slot)
	return to
}

// atomic orders an atomic access.
func (r *races) atomic(slot int, a rv64.Access) {
	for word := a.Addr / 4; word <= (a.Addr+a.Size-1)/4; word++ {
		clock := r.words[word]
		if a.Acquire {
			r.clocks[slot].join(clock)
		}
		if a.Release && a.Kind != rv64.Load {
			clock = r.release(slot, clock)
		}
		if clock == nil {
			clock = vectorClock{}
		}
		r.words[word] = clock
	}
}

// forget drops what is known of memory that is unmapped.
func (r *races) forget(from, to uint64) {
	maps.DeleteFunc(r.pages, func(page uint64, _ *[512]history) bool { return page*pageSize >= from && page*pageSize < to })
	maps.DeleteFunc(r.words, func(word uint64, _ vectorClock) bool { return word*4 >= from && word*4 < to })
}

// plain checks a plain access of a slot against the past ones and remembers it. It returns the one that it races with.
func (r *races) plain(slot int, a rv64.Access) (other pastAccess, found bool) {
	for at := a.Addr; at < a.Addr+a.Size; at = at&^7 + 8 {
		end := min(at&^7+8, a.Addr+a.Size)
		now := pastAccess{
			pc: a.PC, clock: r.clocks[slot][slot], slot: uint16(slot), store: a.Kind == rv64.Store,
			mask: uint8(1<<(end-at)-1) << (at & 7),
		}
		page := r.pages[at/pageSize]
		if page == nil {
			if len(r.pages) >= maxHistories {
				clear(r.pages)
			}
			page = new([512]history)
			r.pages[at/pageSize] = page
		}
		if other, found = page[at%pageSize/8].add(now, r.clocks[slot]); found {
			return other, true
		}
	}
	return pastAccess{}, false
}

// add adds an access to a history and returns one that races with it.
func (h *history) add(now pastAccess, known vectorClock) (other pastAccess, found bool) {
	place := -1
	for i := range h {
		p := &h[i]
		switch {
		case p.clock == 0:
			if place < 0 {
				place = i
			}
			continue
		case p.slot == now.slot:
			if p.store == now.store && p.mask&^now.mask == 0 || p.store && !now.store && now.mask&^p.mask == 0 && p.clock == now.clock {
				place = i
			}
			continue
		case p.mask&now.mask != 0 && (p.store || now.store) && !known.knows(*p):
			return *p, true
		case known.knows(*p) && place < 0:
			place = i // nothing that races with it can be missed but by a third thread
		}
	}
	if place < 0 {
		place = int(now.pc / 2 % uint64(len(h)))
	}
	if p := &h[place]; p.slot != now.slot || !p.store || now.store || p.clock != now.clock {
		*p = now
	}
	return pastAccess{}, false
}

// watch begins to look for races, when an address space gets a second thread.
func (t *thread) watch() {
	if t.config.Checks&rv64.CheckRaces == 0 || t.races != nil {
		return
	}
	t.space.races = newRaces()
	t.slot = t.races.add(t.id, -1)
	t.m.WatchAccesses(t.space.racesWith)
}

// racesWith checks an access of the thread whose hart executes, and describes a race.
func (s *space) racesWith(a rv64.Access) string {
	t, r := s.loaded, s.races
	word := a.Addr / 4
	_, isSync := r.words[word]
	switch {
	case len(r.words)+len(r.objects) > maxWords:
		t.note("more than %d words are used for synchronisation: data races are not looked for any more", maxWords)
		s.races = nil
		s.m.WatchAccesses(nil)
		return ""
	case a.Addr == s.x.threads && a.Atomic:
		return ""
	case a.Kind == rv64.Fence:
		for _, word := range r.recent[t.slot] {
			r.clocks[t.slot].join(r.words[word])
		}
		return ""
	case isSync || a.Atomic:
		if !a.Acquire {
			recent := &r.recent[t.slot]
			copy(recent[1:], recent[:])
			recent[0] = word
		}
		r.atomic(t.slot, a)
		return ""
	case s.isInside(a.PC):
		return ""
	}
	other, found := r.plain(t.slot, a)
	if !found {
		return ""
	}
	kinds := map[bool]string{true: "store", false: "load"}
	return fmt.Sprintf("a %s of %d bytes at %#x by thread %d races with a %s at pc %#x%s by thread %d", kinds[a.Kind == rv64.Store],
		a.Size, a.Addr, t.id, kinds[other.store], other.pc, s.x.within(other.pc), r.names[other.slot])
}

// isInside reports whether a pc is in the C library. The names of C++ begin as if they were reserved.
func (s *space) isInside(pc uint64) bool {
	inside, ok := s.races.inside[pc]
	if !ok {
		inside = s.x.library != 0 && pc >= s.x.library || slices.ContainsFunc(s.x.symbolsAt(pc), func(f symbol) bool {
			return strings.HasPrefix(f.name, "_") && !strings.HasPrefix(f.name, "_Z")
		})
		s.races.inside[pc] = inside
	}
	return inside
}

// knowing adds to a signal what the thread that executes has done before it is sent.
func (p *process) knowing(s signalInfo) signalInfo {
	if by := p.running; by != nil && by.space == p.space && p.races != nil {
		s.known = p.races.release(by.slot, vectorClock{})
	}
	return s
}

// acquireFrom and releaseTo order the threads that use an object of the kernel.
func (t *thread) acquireFrom(object any) {
	if t.races != nil {
		t.races.clocks[t.slot].join(t.races.objects[object])
	}
}

func (t *thread) releaseTo(object any) {
	if t.races != nil {
		t.races.objects[object] = t.races.release(t.slot, t.races.objects[object])
	}
}
