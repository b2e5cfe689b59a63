package linux

import (
	"io"
	"net/netip"
	"slices"
	"syscall"
)

// The kinds of sockets.
const (
	socketStream   = 1
	socketDatagram = 2
	socketSequence = 5 // a stream of packets
)

const modeSocket = 0o140000

// network are the sockets of a guest. Nothing of it is outside: they reach each other alone.
type network struct {
	bound []*socket
	port  uint16           // the one given last
	files map[fileKey]bool // that stand for sockets
}

// socket is a socket, or one end of a connection.
type socket struct {
	net           *network
	family        uint16
	kind          uint64
	local, remote address
	peer          *socket // the other end, or where datagrams go by default
	connected     bool
	incoming      []packet
	size          int // bytes of incoming
	listening     bool
	backlog       []*socket // ends of connections that wait to be accepted
	longest       int       // of backlog
	noMore        bool      // nothing will come in
	noneOut       bool      // nothing may go out
	closed        bool
	failed        uint64 // the error that is reported next
	options       map[[2]uint64][]byte
	changed       uint64
	owner         uint64 // the process that made it
}

// packet is what was sent at once. Only datagrams keep their boundaries.
type packet struct {
	data  []byte
	from  address
	files []*openFile // that came with it
}

const (
	// socketRoom is how many bytes may wait for a socket, as Linux has it by default.
	socketRoom = 212992
	// mostBacklog is how many connections may wait at most.
	mostBacklog = 4096
	firstPort   = 32768
)

func (s *socket) isStream() bool { return s.kind == socketStream }

// touch counts a change of a socket and of its peer.
func (s *socket) touch() {
	s.changed++
	if s.peer != nil {
		s.peer.changed++
	}
}

// Read takes what has come in: bytes of a stream, or one packet, of which the rest is lost.
func (s *socket) Read(b []byte) (int, error) {
	n, _, err := s.receive(b, false)
	return n, err
}

// receive is Read, but also returns the packet whose bytes came first, and may leave everything where it is.
func (s *socket) receive(b []byte, peek bool) (n int, first packet, err error) {
	switch {
	case s.failed != 0:
		err, s.failed = guestError(s.failed), 0
		return 0, first, err
	case s.listening || s.kind != socketDatagram && !s.connected:
		return 0, first, guestError(errNotConnected)
	case len(s.incoming) == 0 && (s.noMore || s.kind != socketDatagram && s.peer.noneOut):
		return 0, first, io.EOF
	case len(s.incoming) == 0:
		return 0, first, errWouldBlock
	}
	first = s.incoming[0]
	if !s.isStream() {
		n = copy(b, first.data)
		if !peek {
			s.size -= len(first.data)
			s.incoming = s.incoming[1:]
			s.touch()
		}
		return n, first, nil
	}
	for i := range s.incoming {
		n += copy(b[n:], s.incoming[i].data)
		if i > 0 && len(s.incoming[i].files) > 0 {
			break
		}
	}
	if !peek {
		s.discard(n)
	}
	return n, first, nil
}

// discard takes n bytes off a stream.
func (s *socket) discard(n int) {
	s.size -= n
	for n > 0 {
		p := &s.incoming[0]
		taken := min(n, len(p.data))
		p.data, p.files = p.data[taken:], nil
		if n -= taken; len(p.data) == 0 {
			s.incoming = s.incoming[1:]
		}
	}
	s.touch()
}

func (s *socket) Write(b []byte) (int, error) { return s.send(b, nil, nil) }

// send sends bytes to the peer, or to another socket.
func (s *socket) send(b []byte, to *socket, files []*openFile) (int, error) {
	if s.failed != 0 {
		number := s.failed
		s.failed = 0
		return 0, guestError(number)
	}
	if to == nil {
		to = s.peer
	}
	switch {
	case s.noneOut:
		return 0, syscall.EPIPE
	case to == nil && s.connected: // datagrams to where there is no longer a socket
		s.failed = errRefused
		return len(b), nil
	case to == nil && s.kind == socketDatagram:
		return 0, guestError(errNoTarget)
	case to == nil && s.family != familyUnix:
		return 0, syscall.EPIPE
	case to == nil:
		return 0, guestError(errNotConnected)
	case to.closed && s.kind == socketDatagram:
		return 0, guestError(errRefused)
	case to.closed || to.noMore && s.kind != socketDatagram:
		return 0, syscall.EPIPE
	case len(b) > socketRoom && !s.isStream():
		return 0, guestError(errMessageSize)
	}
	room := socketRoom - to.size
	if room <= 0 || !s.isStream() && len(b) > room {
		return 0, errWouldBlock
	}
	b = b[:min(len(b), room)]
	if len(b) > 0 || !s.isStream() {
		to.incoming = append(to.incoming, packet{slices.Clone(b), s.local, files})
		to.size += len(b)
	}
	to.changed++
	return len(b), nil
}

func (s *socket) canRead() bool {
	return s.failed != 0 || len(s.incoming) > 0 || len(s.backlog) > 0 || s.noMore || s.hasEnded() || s.kind == socketStream && !s.connected && !s.listening
}

// hasEnded reports whether the other end of a connection sends no more.
func (s *socket) hasEnded() bool { return s.connected && s.kind != socketDatagram && s.peer.noneOut }

func (s *socket) canWrite() bool {
	switch {
	case s.listening:
		return false
	case s.peer == nil || s.noneOut || s.peer.closed:
		return true
	}
	return s.peer.size < socketRoom
}

func (s *socket) mode() uint64    { return modeSocket | 0o777 }
func (s *socket) changes() uint64 { return s.changed }

// events returns the events of a socket besides that it can be read or written.
func (s *socket) events() (events uint32) {
	if s.failed != 0 {
		events |= pollError
	}
	switch {
	case s.kind == socketDatagram || s.listening:
	case !s.connected || s.hasEnded() && (s.noneOut || s.peer.closed && s.family == familyUnix):
		events |= pollHangUp | pollHalfClosed
	case s.hasEnded() || s.noMore:
		events |= pollHalfClosed
	}
	return events
}

func (s *socket) close(uint64) {
	s.touch()
	s.closed, s.noMore, s.noneOut = true, true, true
	s.net.bound = slices.DeleteFunc(s.net.bound, func(other *socket) bool { return other == s })
	for _, end := range s.backlog {
		end.close(0)
	}
	if s.kind == socketDatagram {
		return
	}
	if s.peer != nil && len(s.incoming) > 0 && s.family != familyUnix {
		s.peer.failed = errReset
	}
	s.drop(s.incoming)
	s.incoming = nil
}

// drop closes the files of packets that nobody received.
func (s *socket) drop(packets []packet) {
	for _, p := range packets {
		for _, f := range p.files {
			f.release()
		}
	}
}

// find returns the socket of a kind that is bound to an address.
func (n *network) find(kind uint64, to *address) *socket {
	for _, s := range n.bound {
		if s.kind == kind && s.local.reaches(to, s.flag(levelIPv6, optionOnlyV6)) {
			return s
		}
	}
	return nil
}

// flag returns whether an option is set.
func (s *socket) flag(level, option uint64) bool {
	b := s.options[[2]uint64{level, option}]
	return len(b) > 0 && b[0] != 0
}

// bind makes an address that of a socket, with a port of the network's choice if it has none.
func (n *network) bind(s *socket, a address) (number uint64) {
	if a.family != familyUnix && a.ip.Port() == 0 {
		for range 1 << 16 {
			if n.port++; n.port < firstPort {
				n.port = firstPort
			}
			a.ip = netip.AddrPortFrom(a.ip.Addr(), n.port)
			if !n.isTaken(s, &a) {
				break
			}
		}
	}
	if n.isTaken(s, &a) {
		return errAddressInUse
	}
	s.local = a
	n.bound = append(n.bound, s)
	return 0
}

// isTaken reports whether another socket has an address, or one that overlaps with it.
func (n *network) isTaken(s *socket, a *address) bool {
	onlyV6 := s.flag(levelIPv6, optionOnlyV6)
	return slices.ContainsFunc(n.bound, func(other *socket) bool {
		if other.kind != s.kind || other.connected && other.kind == socketStream {
			return false
		}
		return a.reaches(&other.local, onlyV6) || other.local.reaches(a, other.flag(levelIPv6, optionOnlyV6))
	})
}

// join connects two sockets.
func join(a, b *socket) {
	a.peer, b.peer, a.connected, b.connected = b, a, true, true
	a.remote, b.remote = b.local, a.local
	a.touch()
}
