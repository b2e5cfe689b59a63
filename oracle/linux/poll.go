package linux

import (
	"encoding/binary"
	"slices"
	"syscall"
)

// The events of poll and epoll.
const (
	pollError      = 0x008
	pollHangUp     = 0x010
	pollInvalid    = 0x020
	pollHalfClosed = 0x2000 // POLLRDHUP
	pollInNormal   = 0x041  // and POLLRDNORM
	pollOutNorm    = 0x104  // and POLLWRNORM
)

// events returns what can be done with an open file without waiting. Files are always ready.
func (f *openFile) events() (events uint32) {
	if f.stream == nil {
		return pollInNormal | pollOutNorm
	}
	if q, ok := f.stream.(pipeEnd); ok {
		if f.flags&openAccess == openWrite && q.readers == 0 {
			return pollOutNorm | pollError
		}
		if f.flags&openAccess != openWrite && q.writers == 0 {
			if q.written != q.quiet {
				events = pollHangUp
			}
			if len(q.content) > 0 {
				events |= pollInNormal
			}
			return events
		}
	}
	if s, ok := f.stream.(*socket); ok {
		events = s.events()
	}
	if f.flags&openAccess != openWrite && f.stream.canRead() {
		events |= pollInNormal
	}
	if f.flags&openAccess != 0 && f.stream.canWrite() {
		events |= pollOutNorm
	}
	return events
}

// ppoll waits until one of some files is ready: list, its length, time, mask of signals, size of the mask.
func (t *thread) ppoll(a [6]uint64) uint64 {
	const entry = 8
	if a[1] > maxFiles {
		return failure(errInvalid)
	}
	list := make([]byte, entry*a[1])
	if !t.allows(a[0], uint64(len(list)), 3) || t.m.ReadMemoryInto(a[0], list, nil) != nil {
		return failure(errFault)
	}
	if number := t.waitingMask(a[2], a[3], a[4]); number != 0 {
		return failure(number)
	}
	count := uint64(0)
	look := func() bool {
		count = 0
		for at := 0; at < len(list); at += entry {
			found := t.pollOne(int32(binary.LittleEndian.Uint32(list[at:])), uint32(binary.LittleEndian.Uint16(list[at+4:])))
			binary.LittleEndian.PutUint16(list[at+6:], uint16(found))
			if found != 0 {
				count++
			}
		}
		return count > 0
	}
	if !look() && t.call.deadline > t.clock() {
		return t.await(look, t.call.deadline)
	}
	if !t.output(a[0], list) {
		return failure(errFault)
	}
	return count
}

// pollOne returns the events of a descriptor that are asked for, and those that always are.
func (t *thread) pollOne(fd int32, wanted uint32) uint32 {
	if fd < 0 {
		return 0
	}
	d, ok := t.files.table[uint64(fd)]
	if !ok {
		return pollInvalid
	}
	return d.events() & (wanted | pollError | pollHangUp)
}

// waitingMask sets the deadline and the mask of signals of a call that waits, when it is executed first.
func (t *thread) waitingMask(timeout, mask, size uint64) (number uint64) {
	if t.call.again {
		return 0
	}
	if number := t.timeout(timeout); number != 0 || mask == 0 {
		return number
	}
	set, number := t.readSet(mask, size)
	if number == 0 {
		t.suspendMask(set)
	}
	return number
}

// pselect is pselect6: number of descriptors, the sets for reading, writing and exceptions, time, address of {mask,
// size}.
func (t *thread) pselect(a [6]uint64) uint64 {
	count := a[0]
	if count > maxFiles {
		return failure(errInvalid)
	}
	size := (count + 63) / 64 * 8
	var sets [3][]byte
	for i := range sets {
		sets[i] = make([]byte, size)
		if a[1+i] != 0 && (!t.input(a[1+i], sets[i], "the set") || !t.mayStore(a[1+i], size)) {
			return failure(errFault)
		}
	}
	mask := [3]uint64{}
	if a[5] != 0 {
		var ok bool
		if mask, ok = t.pointers(a[5], 2); !ok {
			return failure(errFault)
		}
	}
	if number := t.waitingMask(a[4], mask[0], mask[1]); number != 0 {
		return failure(number)
	}
	var found [3][]byte
	ready, isBad := uint64(0), false
	look := func() bool {
		found, ready, isBad = t.selectOf(sets, count)
		return ready > 0 || isBad
	}
	switch {
	case !look() && t.call.deadline > t.clock():
		return t.await(look, t.call.deadline)
	case isBad:
		return failure(errBadFile)
	}
	for i := range sets {
		if a[1+i] != 0 {
			t.output(a[1+i], found[i])
		}
	}
	return ready
}

// selectOf returns which descriptors of three sets are ready; isBad reports whether one is not open.
func (t *thread) selectOf(sets [3][]byte, count uint64) (found [3][]byte, ready uint64, isBad bool) {
	events := [3]uint32{pollInNormal | pollHangUp | pollError, pollOutNorm | pollError, 0}
	for i := range sets {
		found[i] = make([]byte, len(sets[i]))
		for fd := range count {
			if sets[i][fd/8]>>(fd%8)&1 == 0 {
				continue
			}
			d, ok := t.files.table[fd]
			isBad = isBad || !ok
			if ok && d.events()&events[i] != 0 {
				found[i][fd/8] |= 1 << (fd % 8)
				ready++
			}
		}
	}
	return found, ready, isBad
}

// epoll is a set of open files that a thread waits for together.
type epoll struct {
	members []*member // in the order of addition
	next    int       // where the next look begins, so that all get their turn
}

// member is an open file in an epoll, under the descriptor by which it was added.
type member struct {
	fd     uint64
	file   *openFile
	events uint32
	data   uint64
	// seen are the events that were ready at the count of changes before which the member reports nothing, if it
	// reports edges.
	seen    uint32
	changes uint64
	off     bool // until it is changed, after an event that is reported once
}

// The flags of a member's events.
const (
	epollEdge    = 1 << 31
	epollOneShot = 1 << 30
)

func (e *epoll) Read([]byte) (int, error)  { return 0, syscall.EINVAL }
func (e *epoll) Write([]byte) (int, error) { return 0, syscall.EINVAL }
func (e *epoll) canWrite() bool            { return false }
func (e *epoll) mode() uint64              { return 0o600 }
func (e *epoll) changes() uint64           { return 0 }
func (e *epoll) close(uint64)              {}
func (e *epoll) canRead() bool             { return slices.ContainsFunc(e.members, (*member).isReady) }

// ready returns the events of a member that are to be reported.
func (m *member) ready() uint32 {
	if m.off || m.file.users == 0 {
		return 0
	}
	events := m.file.events() & (m.events | pollError | pollHangUp)
	if m.events&epollEdge != 0 && events&^m.seen == 0 && m.file.stream.changes() == m.changes {
		return 0
	}
	return events
}

func (m *member) isReady() bool { return m.ready() != 0 }

func (t *thread) epollCreate(a [6]uint64) uint64 {
	if a[0]&^openCloseExec != 0 {
		return failure(errInvalid)
	}
	return t.files.add(0, descriptor{&openFile{stream: &epoll{}, flags: openReadWrite}, a[0] != 0})
}

// epollOf returns the epoll of a descriptor.
func (t *thread) epollOf(fd uint64) (e *epoll, number uint64) {
	d, ok := t.files.table[fd]
	if !ok {
		return nil, errBadFile
	}
	if e, ok = d.stream.(*epoll); !ok {
		return nil, errInvalid
	}
	return e, 0
}

// epollControl adds, changes or removes a member.
func (t *thread) epollControl(a [6]uint64) uint64 {
	const add, remove, change = 1, 2, 3
	e, number := t.epollOf(a[0])
	if number != 0 {
		return failure(number)
	}
	d, ok := t.files.table[a[2]]
	switch {
	case !ok:
		return failure(errBadFile)
	case d.file != nil:
		return failure(errNotPermitted)
	case d.stream == stream(e):
		return failure(errInvalid)
	}
	var b [16]byte
	if a[1] != remove && (!t.argument(3, allBits) || !t.allows(a[3], 16, 1) || t.m.ReadMemoryInto(a[3], b[:], nil) != nil) {
		return failure(errFault)
	}
	at := slices.IndexFunc(e.members, func(m *member) bool { return m.fd == a[2] && m.file == d.openFile })
	made := &member{fd: a[2], file: d.openFile, events: binary.LittleEndian.Uint32(b[:]), data: binary.LittleEndian.Uint64(b[8:])}
	switch {
	case a[1] == add && at >= 0:
		return failure(errExists)
	case a[1] == add:
		e.members = append(slices.DeleteFunc(e.members, func(m *member) bool { return m.file.users == 0 }), made)
	case a[1] != remove && a[1] != change:
		return failure(errInvalid)
	case at < 0:
		return failure(errNoEntry)
	case a[1] == change:
		e.members[at] = made
	default:
		e.members = slices.Delete(e.members, at, at+1)
	}
	return 0
}

// epollWait is epoll_pwait: epoll, where the events go, how many, milliseconds, mask of signals, size of the mask.
func (t *thread) epollWait(a [6]uint64) uint64 {
	e, number := t.epollOf(a[0])
	most := int32(a[2])
	switch {
	case number != 0:
		return failure(number)
	case most <= 0:
		return failure(errInvalid)
	}
	if !t.call.again {
		t.call.deadline = never
		if length := int32(a[3]); length >= 0 {
			t.call.deadline = t.clock() + uint64(length)*1e6
		}
		if a[4] != 0 {
			set, number := t.readSet(a[4], a[5])
			if number != 0 {
				return failure(number)
			}
			t.suspendMask(set)
		}
	}
	if !e.canRead() && t.call.deadline > t.clock() {
		return t.await(e.canRead, t.call.deadline)
	}
	events := e.take(int(min(most, maxFiles)))
	if !t.output(a[1], events) {
		return failure(errFault)
	}
	return uint64(len(events) / 16)
}

// take returns the events of up to most members, as struct epoll_event.
func (e *epoll) take(most int) (b []byte) {
	start := e.next
	for i := range e.members {
		m := e.members[(start+i)%len(e.members)]
		events := m.ready()
		if events == 0 {
			continue
		}
		m.seen, m.changes = events, m.file.stream.changes()
		m.off = m.events&epollOneShot != 0
		b = append(b, littleEndian([]uint64{uint64(events), m.data})...)
		if e.next = (start + i + 1) % len(e.members); len(b) == 16*most {
			break
		}
	}
	return b
}
