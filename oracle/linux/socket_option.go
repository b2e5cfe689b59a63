package linux

import (
	"encoding/binary"
	"slices"
)

// The levels and options of sockets that mean something here; all others are kept and returned.
const (
	levelSocket       = 1
	levelIPv6         = 41
	optionOnlyV6      = 26
	optionKind        = 3
	optionError       = 4
	optionSendRoom    = 7
	optionReceiveRoom = 8
	optionCredentials = 17
	optionReceiveTime = 20
	optionSendTime    = 21
	optionListens     = 30
	optionProtocol    = 38
	optionDomain      = 39
)

// time returns how long a socket waits, in nanoseconds; 0 means for ever.
func (s *socket) time(option uint64) uint64 {
	b := s.options[[2]uint64{levelSocket, option}]
	if len(b) < 16 {
		return 0
	}
	return binary.LittleEndian.Uint64(b)*nanoseconds + binary.LittleEndian.Uint64(b[8:])*1000
}

func (t *thread) setsockopt(s *socket, _ descriptor, a [6]uint64) uint64 {
	const longest = 256
	size := uint64(uint32(a[4]))
	if size > longest || size < 4 {
		return failure(errInvalid)
	}
	b := make([]byte, size)
	if !t.input(a[3], b, "the option") {
		return failure(errFault)
	}
	if a[1] == levelSocket {
		switch a[2] {
		case optionKind, optionError, optionListens, optionProtocol, optionDomain, optionCredentials:
			return failure(errNoOption)
		case optionSendRoom, optionReceiveRoom: // Linux doubles what it is told
			binary.LittleEndian.PutUint32(b, 2*binary.LittleEndian.Uint32(b))
		}
	}
	s.options[[2]uint64{a[1], a[2]}] = slices.Clone(b)
	return 0
}

// getsockopt writes an option and its length, whose place holds how much room there is.
func (t *thread) getsockopt(s *socket, _ descriptor, a [6]uint64) uint64 {
	var room [4]byte
	if !t.input(a[4], room[:], "the length") {
		return failure(errFault)
	}
	size := binary.LittleEndian.Uint32(room[:])
	if int32(size) < 0 {
		return failure(errInvalid)
	}
	b := s.option(a[1], a[2])
	if uint64(size) < uint64(len(b)) {
		b = b[:size]
	}
	if !t.output(a[3], b) || !t.output(a[4], littleEndian32(uint32(len(b)))) {
		return failure(errFault)
	}
	return 0
}

// option returns the value of an option.
func (s *socket) option(level, option uint64) []byte {
	if level == levelSocket {
		switch option {
		case optionKind:
			return littleEndian32(uint32(s.kind))
		case optionError:
			number := s.failed
			s.failed = 0
			return littleEndian32(uint32(number))
		case optionListens:
			if s.listening {
				return littleEndian32(1)
			}
			return littleEndian32(0)
		case optionDomain:
			return littleEndian32(uint32(s.family))
		case optionProtocol:
			if s.family == familyUnix {
				return littleEndian32(0)
			}
			return littleEndian32(map[uint64]uint32{socketStream: 6, socketDatagram: 17}[s.kind])
		case optionCredentials:
			id := uint32(0)
			if s.peer != nil {
				id = uint32(s.peer.owner)
			}
			return littleEndian32(id, guestID, guestID)
		}
	}
	if b, ok := s.options[[2]uint64{level, option}]; ok {
		return b
	}
	switch {
	case level == levelSocket && (option == optionReceiveTime || option == optionSendTime):
		return make([]byte, 16)
	case level == levelSocket && (option == optionSendRoom || option == optionReceiveRoom):
		return littleEndian32(socketRoom)
	}
	return littleEndian32(0)
}
