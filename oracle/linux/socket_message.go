package linux

import (
	"encoding/binary"
	"errors"
	"io"
	"syscall"
)

// The flags of messages.
const (
	messagePeek     = 0x2
	messageControl  = 0x8 // what came besides was cut off
	messageTruncate = 0x20
	messageNoWait   = 0x40
	messageAll      = 0x100
	messageNoSignal = 0x4000
	messageOnExec   = 0x40000000
	messageKnown    = messagePeek | messageTruncate | messageNoWait | messageAll | messageNoSignal | messageOnExec | 0x80 // and MSG_EOR
)

// sendto sends: socket, bytes, their number, flags, address, its length.
func (t *thread) sendto(s *socket, d descriptor, a [6]uint64) uint64 {
	b, ok := t.outgoing(a[1], a[2])
	if !ok {
		return failure(errFault)
	}
	return t.sendMessage(s, d, b, a[4], a[5], nil, a[3])
}

// sendMessage sends bytes and files to an address, if there is one, or to the peer.
func (t *thread) sendMessage(s *socket, d descriptor, b []byte, at, length uint64, files []*openFile, flags uint64) uint64 {
	if flags&^messageKnown != 0 {
		return failure(errNotSupported)
	}
	var to *socket
	if at != 0 && s.kind == socketDatagram {
		where, number := t.addressAt(s, at, length, false)
		switch {
		case number != 0:
			return failure(number)
		case s.family != familyUnix && !where.isLocal():
			return failure(errUnreachable)
		}
		where = where.loopback()
		if number := t.autobind(s, &where); number != 0 {
			return failure(number)
		}
		if to = t.network.find(s.kind, &where); to == nil {
			if s.family == familyUnix {
				return failure(errRefused)
			}
			return uint64(len(b)) // lost
		}
	}
	t.releaseTo(s.net)
	n, err := s.send(b[min(t.call.done, uint64(len(b))):], to, files)
	t.call.done += uint64(n)
	t.m.Spend(uint64(n))
	ready := s.canWrite
	if to != nil {
		ready = func() bool { return to.size < socketRoom }
	}
	isWaiting := d.flags&openNoWait == 0 && flags&messageNoWait == 0
	switch {
	case errors.Is(err, errWouldBlock) && !isWaiting && t.call.done == 0:
		return failure(errAgain)
	case errors.Is(err, errWouldBlock) && isWaiting, err == nil && t.call.done < uint64(len(b)) && isWaiting:
		return t.awaitSocket(s, ready, optionSendTime)
	case err == nil || t.call.done > 0:
		return t.call.done
	case errors.Is(err, syscall.EPIPE) && flags&messageNoSignal == 0 && s.kind != socketDatagram:
		t.sendThread(sentBy(t.process, signalPipe, codeUser))
	}
	return failure(errorNumber(err))
}

// recvfrom receives: socket, where to, how much, flags, where the sender's address goes, and its length.
func (t *thread) recvfrom(s *socket, d descriptor, a [6]uint64) uint64 {
	size := min(a[2], maxTransfer)
	if !t.mayStore(a[1], size) {
		return failure(errFault)
	}
	b, m, number := t.receiveMessage(s, d, size, a[3])
	switch {
	case number != 0 || t.wait != nil:
		return failure(number)
	case !t.output(a[1], b):
		return failure(errFault)
	case a[4] != 0:
		if number := t.putAddress(a[4], a[5], s.senderOf(m)); number != 0 {
			return failure(number)
		}
	}
	return m.result
}

// message is what was received: result is what the call returns.
type message struct {
	packet
	result uint64
	flags  uint64
}

// senderOf returns the address of the sender of a message, as a struct sockaddr.
func (s *socket) senderOf(m message) []byte {
	if s.kind != socketDatagram {
		return nil
	}
	return m.from.bytes(s.family)
}

// receiveMessage receives up to size bytes. number is an error; the call may wait.
func (t *thread) receiveMessage(s *socket, d descriptor, size, flags uint64) (b []byte, m message, number uint64) {
	if flags&^messageKnown != 0 {
		return nil, m, errNotSupported
	}
	isWaiting := d.flags&openNoWait == 0 && flags&messageNoWait == 0
	if flags&messageAll != 0 && isWaiting && s.isStream() && uint64(s.size) < size && !s.noMore && !s.hasEnded() && s.failed == 0 && s.connected {
		if result := t.awaitSocket(s, func() bool { return uint64(s.size) >= size || s.noMore || s.hasEnded() || s.failed != 0 }, optionReceiveTime); result == 0 {
			return nil, m, 0
		}
	}
	b = make([]byte, size)
	n, first, err := s.receive(b, flags&messagePeek != 0)
	t.acquireFrom(s.net)
	switch {
	case errors.Is(err, errWouldBlock) && isWaiting:
		return nil, m, -t.awaitSocket(s, s.canRead, optionReceiveTime)
	case errors.Is(err, errWouldBlock):
		return nil, m, errAgain
	case err != nil && !errors.Is(err, io.EOF):
		return nil, m, errorNumber(err)
	}
	t.m.Spend(uint64(n))
	m.packet, m.result = first, uint64(n)
	if !s.isStream() && len(first.data) > n {
		m.flags |= messageTruncate
		if flags&messageTruncate != 0 {
			m.result = uint64(len(first.data))
		}
	}
	return b[:n], m, 0
}

// header is a struct msghdr.
type header struct {
	name, nameLength, pieces, count, control, controlLength uint64
}

const headerSize = 56

// readHeader reads a struct msghdr and the pieces of memory that it names.
func (t *thread) readHeader(at uint64) (h header, list [][2]uint64, number uint64) {
	var b [headerSize]byte
	if !t.allows(at, headerSize, 1) || t.m.ReadMemoryInto(at, b[:], nil) != nil {
		return h, nil, errFault
	}
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(b[8*i:]) }
	h = header{word(0), word(1) & 0xffff_ffff, word(2), word(3), word(4), word(5)}
	list, number = t.pieces(h.pieces, h.count)
	return h, list, number
}

// sendmsg sends a message: socket, header, flags.
func (t *thread) sendmsg(s *socket, d descriptor, a [6]uint64) uint64 {
	h, list, number := t.readHeader(a[1])
	if number != 0 {
		return failure(number)
	}
	var all []byte
	for _, piece := range list {
		b, ok := t.outgoing(piece[0], piece[1])
		if !ok {
			return failure(errFault)
		}
		all = append(all, b...)
	}
	files, number := t.filesIn(h)
	if number != 0 {
		return failure(number)
	}
	result := t.sendMessage(s, d, all, h.name, h.nameLength, files, a[2])
	if int64(result) > 0 || t.call.done > 0 {
		for _, f := range files {
			f.users++
		}
	}
	return result
}

// filesIn returns the open files whose descriptors the control part of a message holds.
func (t *thread) filesIn(h header) (files []*openFile, number uint64) {
	const controlHeader, rights, most = 16, 1, 253
	if h.control == 0 || h.controlLength < controlHeader {
		return nil, 0
	}
	b := make([]byte, min(h.controlLength, 4096))
	if !t.allows(h.control, uint64(len(b)), 1) || t.m.ReadMemoryInto(h.control, b, nil) != nil {
		return nil, errFault
	}
	for len(b) >= controlHeader {
		size := binary.LittleEndian.Uint64(b)
		if size < controlHeader || size > uint64(len(b)) {
			return nil, errInvalid
		}
		if binary.LittleEndian.Uint32(b[8:]) == levelSocket && binary.LittleEndian.Uint32(b[12:]) == rights {
			for fds := b[controlHeader:size]; len(fds) >= 4; fds = fds[4:] {
				d, ok := t.files.table[uint64(binary.LittleEndian.Uint32(fds))]
				if !ok {
					return nil, errBadFile
				}
				files = append(files, d.openFile)
			}
		}
		b = b[min((size+7)&^7, uint64(len(b))):]
	}
	if len(files) > most {
		return nil, errInvalid
	}
	return files, 0
}

// recvmsg receives a message: socket, header, flags.
func (t *thread) recvmsg(s *socket, d descriptor, a [6]uint64) uint64 {
	h, list, number := t.readHeader(a[1])
	if number != 0 {
		return failure(number)
	}
	size := uint64(0)
	for _, piece := range list {
		if !t.mayStore(piece[0], piece[1]) {
			return failure(errFault)
		}
		size += piece[1]
	}
	b, m, number := t.receiveMessage(s, d, size, a[2])
	if number != 0 || t.wait != nil {
		return failure(number)
	}
	for _, piece := range list {
		n := min(piece[1], uint64(len(b)))
		t.output(piece[0], b[:n])
		b = b[n:]
	}
	sender := s.senderOf(m)
	if h.name != 0 {
		t.output(h.name, sender[:min(uint64(len(sender)), h.nameLength)])
		t.output(a[1]+8, littleEndian32(uint32(len(sender))))
	}
	used := uint64(0)
	if a[2]&messagePeek == 0 {
		used = t.deliverFiles(h, &m, a[2]&messageOnExec != 0)
	}
	if t.put(a[1]+40, used) != 0 || !t.output(a[1]+48, littleEndian32(uint32(m.flags))) {
		return failure(errFault)
	}
	return m.result
}

// deliverFiles gives the thread descriptors of the files of a message, and returns how much of the control part it used.
func (t *thread) deliverFiles(h header, m *message, onExec bool) (used uint64) {
	const controlHeader, rights = 16, 1
	var fds []uint32
	for _, f := range m.files {
		if h.control == 0 || controlHeader+4*uint64(len(fds)+1) > h.controlLength {
			m.flags |= messageControl
		} else if fd := t.files.add(0, descriptor{f, onExec}); int64(fd) >= 0 {
			fds = append(fds, uint32(fd))
		}
		f.release()
	}
	if len(fds) == 0 {
		return 0
	}
	size := controlHeader + 4*uint64(len(fds))
	b := binary.LittleEndian.AppendUint64(nil, size)
	b = append(append(b, littleEndian32(levelSocket, rights)...), littleEndian32(fds...)...)
	t.output(h.control, b)
	return min((size+7)&^7, h.controlLength)
}
