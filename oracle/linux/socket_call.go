package linux

import (
	"encoding/binary"
	"io/fs"
	"net/netip"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

const (
	socketNoWait   = openNoWait
	socketOnExec   = openCloseExec
	socketKindMask = 0xf
)

// socketOf returns the socket of a descriptor.
func (t *thread) socketOf(fd uint64) (s *socket, d descriptor, number uint64) {
	d, ok := t.files.table[fd]
	if !ok {
		return nil, d, errBadFile
	}
	if s, ok = d.stream.(*socket); !ok {
		return nil, d, errNotSocket
	}
	return s, d, 0
}

// onSocket makes a system call of one on the socket whose descriptor is the first argument.
func onSocket(do func(t *thread, s *socket, d descriptor, a [6]uint64) uint64) func(t *thread, a [6]uint64) uint64 {
	return func(t *thread, a [6]uint64) uint64 {
		s, d, number := t.socketOf(a[0])
		if number != 0 {
			return failure(number)
		}
		return do(t, s, d, a)
	}
}

// newSocket returns a socket of a family, kind and protocol.
func (t *thread) newSocket(family, kind, protocol uint64) (s *socket, number uint64) {
	const anyProtocol, icmp, tcp, udp = 0, 1, 6, 17
	flags := kind &^ socketKindMask
	kind &= socketKindMask
	switch {
	case flags&^(socketNoWait|socketOnExec) != 0:
		return nil, errInvalid
	case family != familyUnix && family != familyInet && family != familyInet6:
		return nil, errFamily
	case kind != socketStream && kind != socketDatagram && (kind != socketSequence || family != familyUnix):
		return nil, errSocketKind
	case protocol == anyProtocol, family == familyUnix && protocol == familyUnix:
	case family == familyUnix || protocol != tcp && kind == socketStream || protocol != udp && kind == socketDatagram:
		return nil, errProtocol
	}
	return &socket{net: &t.network, family: uint16(family), kind: kind, options: map[[2]uint64][]byte{}, owner: t.process.id}, 0
}

// openSocket returns a descriptor of a socket; flags are as in socket's kind.
func (t *thread) openSocket(s *socket, flags uint64) uint64 {
	made := &openFile{stream: s, flags: openReadWrite | flags&socketNoWait}
	return t.files.add(0, descriptor{made, flags&socketOnExec != 0})
}

func (t *thread) socket(a [6]uint64) uint64 {
	s, number := t.newSocket(a[0], a[1], a[2])
	if number != 0 {
		return failure(number)
	}
	return t.openSocket(s, a[1])
}

func (t *thread) socketpair(a [6]uint64) uint64 {
	if a[0] == familyInet || a[0] == familyInet6 {
		return failure(errNotSupported)
	}
	one, number := t.newSocket(a[0], a[1], a[2])
	if number != 0 {
		return failure(number)
	}
	other, _ := t.newSocket(a[0], a[1], a[2])
	if !t.mayStore(a[3], 8) {
		return failure(errFault)
	}
	one.local.family, other.local.family = familyUnix, familyUnix
	join(one, other)
	first := t.openSocket(one, a[1])
	if int64(first) < 0 {
		return first
	}
	second := t.openSocket(other, a[1])
	if int64(second) < 0 {
		t.files.drop(first)
		return second
	}
	return t.put(a[3], first|second<<32)
}

// addressAt reads the address that a system call names for a socket. isNew means that a file at a path is made, for bind.
func (t *thread) addressAt(s *socket, at, size uint64, isNew bool) (a address, number uint64) {
	if size > mostAddress {
		return a, errInvalid
	}
	b := make([]byte, size)
	if !t.allows(at, size, rv64.Read) || t.m.ReadMemoryInto(at, b, nil) != nil {
		return a, errFault
	}
	if a, number = parseAddress(b, s.family); number != 0 {
		return a, number
	}
	if !t.isDefined(at, min(size, a.used()), "the address") {
		return a, errFault
	}
	if a.name != "" && a.name[0] != 0 {
		return a, t.socketFile(&a, isNew)
	}
	return a, 0
}

// socketFile finds or makes the file at the path of an address. A file that stands for a socket is an empty one on the
// host.
func (t *thread) socketFile(a *address, isNew bool) (number uint64) {
	name, number := t.resolve(t.directory, a.name, true)
	switch {
	case number != 0:
		return number
	case t.root == nil:
		return errNoEntry
	}
	if isNew {
		if t.exists(name) {
			return errAddressInUse
		}
		made, number := t.open(name, openWrite|openCreate|openExclusive, fs.FileMode(0o777&^t.mask))
		if number != 0 {
			return number
		}
		made.file.Close()
	}
	info, err := t.root.Stat(name)
	if err != nil {
		return errorNumber(err)
	}
	a.key = keyOf(info)
	if isNew {
		t.network.files[a.key] = true
	}
	return 0
}

func (t *thread) bind(s *socket, _ descriptor, a [6]uint64) uint64 {
	if s.local.isSet() {
		return failure(errInvalid)
	}
	at, number := t.addressAt(s, a[1], a[2], true)
	switch {
	case number != 0:
		return failure(number)
	case s.family != familyUnix && !at.isLocal():
		return failure(errNoAddress)
	}
	return failure(t.network.bind(s, at))
}

// autobind gives an internet socket an address of the loopback interface, if it has none.
func (t *thread) autobind(s *socket, to *address) uint64 {
	if s.local.isSet() || s.family == familyUnix {
		return 0
	}
	ip := to.loopback().ip.Addr()
	return t.network.bind(s, address{family: to.family, ip: netip.AddrPortFrom(ip, 0)})
}

func (t *thread) listen(s *socket, _ descriptor, a [6]uint64) uint64 {
	switch {
	case s.kind == socketDatagram:
		return failure(errNotSupported)
	case s.connected, s.family == familyUnix && !s.local.isSet():
		return failure(errInvalid)
	}
	any4 := address{family: familyInet, ip: netip.AddrPortFrom(netip.IPv4Unspecified(), 0)}
	if !s.local.isSet() {
		if number := t.network.bind(s, any4); number != 0 {
			return failure(number)
		}
	}
	s.listening, s.longest = true, int(min(uint64(max(int32(a[1]), 0))+1, mostBacklog))
	s.touch()
	return 0
}

// accept4 takes a connection: the socket, where the address of the peer and its length go, flags.
func (t *thread) accept4(s *socket, d descriptor, a [6]uint64) uint64 {
	switch {
	case a[3]&^(socketNoWait|socketOnExec) != 0 || !s.listening:
		return failure(errInvalid)
	case len(s.backlog) == 0 && d.flags&openNoWait != 0:
		return failure(errAgain)
	case len(s.backlog) == 0:
		return t.awaitSocket(s, s.canRead, optionReceiveTime)
	}
	end := s.backlog[0]
	if a[1] != 0 {
		if number := t.putAddress(a[1], a[2], end.remote.bytes(end.family)); number != 0 {
			return failure(number)
		}
	}
	fd := t.openSocket(end, a[3])
	if int64(fd) >= 0 {
		s.backlog = s.backlog[1:]
		s.touch()
		t.acquireFrom(s.net)
	}
	return fd
}

func (t *thread) accept(s *socket, d descriptor, a [6]uint64) uint64 {
	a[3] = 0
	return t.accept4(s, d, a)
}

// awaitSocket waits until a socket is ready, or its time is over: the call then fails with errAgain.
func (t *thread) awaitSocket(s *socket, ready func() bool, option uint64) uint64 {
	if !t.call.again {
		t.call.deadline = never
		if length := s.time(option); length != 0 {
			t.call.deadline = t.moment(length)
		}
	}
	if t.call.deadline <= t.clock() {
		return failure(errAgain)
	}
	return t.await(ready, t.call.deadline)
}

func (t *thread) connect(s *socket, d descriptor, a [6]uint64) uint64 {
	const unspecified = 0
	if a[2] >= 2 && s.kind == socketDatagram {
		if family, ok := t.pointers(a[1]&^7, 1); ok && uint16(family[0]>>(a[1]&7*8)) == unspecified {
			s.peer, s.connected, s.remote = nil, false, address{}
			return 0
		}
	}
	to, number := t.addressAt(s, a[1], a[2], false)
	switch {
	case number != 0:
		return failure(number)
	case s.listening:
		return failure(errInvalid)
	case s.connected && s.kind != socketDatagram:
		return failure(errIsConnected)
	case s.family != familyUnix && !to.isLocal():
		return failure(errUnreachable)
	}
	to = to.loopback()
	target := t.network.find(s.kind, &to)
	if s.kind == socketDatagram {
		if s.family == familyUnix && target == nil {
			return failure(errRefused)
		}
		s.peer, s.connected, s.remote = target, true, to
		return failure(t.autobind(s, &to))
	}
	switch {
	case target == nil || !target.listening:
		return failure(errRefused)
	case len(target.backlog) >= target.longest && d.flags&openNoWait != 0:
		return failure(errAgain)
	case len(target.backlog) >= target.longest:
		return t.awaitSocket(s, func() bool { return len(target.backlog) < target.longest || target.closed }, optionSendTime)
	}
	if number := t.autobind(s, &to); number != 0 {
		return failure(number)
	}
	end, _ := t.newSocket(uint64(target.family), s.kind, 0)
	end.local, end.owner = to, target.owner
	join(s, end)
	target.backlog = append(target.backlog, end)
	target.touch()
	t.releaseTo(s.net)
	return 0
}

// putAddress writes an address and its length, whose place holds how much room there is.
func (t *thread) putAddress(at, length uint64, b []byte) (number uint64) {
	var room [4]byte
	if !t.input(length, room[:], "the length") {
		return errFault
	}
	size := binary.LittleEndian.Uint32(room[:])
	if int32(size) < 0 {
		return errInvalid
	}
	if !t.output(at, b[:min(uint64(size), uint64(len(b)))]) || !t.output(length, littleEndian32(uint32(len(b)))) {
		return errFault
	}
	return 0
}

func (t *thread) getsockname(s *socket, _ descriptor, a [6]uint64) uint64 {
	return failure(t.putAddress(a[1], a[2], s.local.bytes(s.family)))
}

func (t *thread) getpeername(s *socket, _ descriptor, a [6]uint64) uint64 {
	if !s.connected {
		return failure(errNotConnected)
	}
	return failure(t.putAddress(a[1], a[2], s.remote.bytes(s.family)))
}

func (t *thread) shutdown(s *socket, _ descriptor, a [6]uint64) uint64 {
	const reading, both = 0, 2
	switch {
	case a[1] > both:
		return failure(errInvalid)
	case !s.connected && !s.listening:
		return failure(errNotConnected)
	}
	if a[1] == reading || a[1] == both {
		s.noMore = true
	}
	if a[1] != reading {
		s.noneOut = true
	}
	s.touch()
	return 0
}
