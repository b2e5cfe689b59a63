package linux

// mmsgSize is the size of a struct mmsghdr: a struct msghdr, then the number of bytes that were moved.
const mmsgSize = headerSize + 8

// messages moves several messages: one moves that of a header. As many as were moved are the result, or the error of the
// first; what waits goes on where it was.
func (t *thread) messages(a [6]uint64, flags uint64, one func(header, flags uint64) uint64, isLast func() bool) uint64 {
	const most, waitForOne = 1024, 0x10000
	for t.call.messages < min(uint64(uint32(a[2])), most) {
		now := flags &^ waitForOne
		if flags&waitForOne != 0 && t.call.messages > 0 {
			now |= messageNoWait
		}
		at := a[1] + mmsgSize*t.call.messages
		n := one(at, now)
		switch {
		case t.wait != nil || t.failed:
			return 0
		case int64(n) < 0 && t.call.messages == 0:
			return n
		case int64(n) < 0:
			return t.call.messages
		case !t.output(at+headerSize, littleEndian32(uint32(n))):
			return failure(errFault)
		}
		t.call = progress{messages: t.call.messages + 1, limit: t.call.limit}
		if isLast() {
			break
		}
	}
	return t.call.messages
}

// sendmmsg sends messages: socket, headers, their number, flags.
func (t *thread) sendmmsg(s *socket, d descriptor, a [6]uint64) uint64 {
	one := func(header, flags uint64) uint64 { return t.sendmsg(s, d, [6]uint64{a[0], header, flags}) }
	return t.messages(a, a[3], one, func() bool { return false })
}

// recvmmsg receives messages: socket, headers, their number, flags, after how long it stops between two.
func (t *thread) recvmmsg(s *socket, d descriptor, a [6]uint64) uint64 {
	if t.call.limit == 0 {
		t.call.limit = never
		if a[4] != 0 {
			length, number := t.duration(a[4])
			if number != 0 {
				return failure(number)
			}
			t.call.limit = t.moment(length)
		}
	}
	one := func(header, flags uint64) uint64 { return t.recvmsg(s, d, [6]uint64{a[0], header, flags}) }
	result := t.messages(a, a[3], one, func() bool { return t.clock() >= t.call.limit })
	if a[4] != 0 && t.wait == nil && int64(result) > 0 {
		left := t.call.limit - min(t.call.limit, t.clock())
		t.put(a[4], left/nanoseconds, left%nanoseconds)
	}
	return result
}
