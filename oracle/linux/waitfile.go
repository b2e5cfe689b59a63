package linux

import (
	"encoding/binary"
	"slices"
	"syscall"
)

// neverWritten is the part of a stream that is only read.
type neverWritten struct{}

func (neverWritten) Write([]byte) (int, error) { return 0, syscall.EINVAL }
func (neverWritten) canWrite() bool            { return false }
func (neverWritten) mode() uint64              { return 0o600 }
func (neverWritten) close(uint64)              {}

// timerFile is a timerfd: reading takes the number of times that it has expired.
type timerFile struct {
	neverWritten
	k *kernel
	timer
}

// expired returns how often the timer has expired since that was read.
func (f *timerFile) expired() uint64 {
	now := f.k.clock()
	if !f.isRunning() || f.next > now {
		return 0
	}
	if f.period == 0 {
		return 1
	}
	return 1 + (now-f.next)/f.period
}

func (f *timerFile) Read(b []byte) (int, error) {
	times := f.expired()
	switch {
	case len(b) < 8:
		return 0, syscall.EINVAL
	case times == 0:
		return 0, errWouldBlock
	case f.period == 0:
		f.next = never
	default:
		f.next += times * f.period
	}
	binary.LittleEndian.PutUint64(b, times)
	return 8, nil
}

// nextExpiry returns the next moment at which the timer expires.
func (f *timerFile) nextExpiry() uint64 {
	times := f.expired()
	switch {
	case !f.isRunning() || times > 0 && f.period == 0:
		return never
	case times == 0:
		return f.next
	}
	return f.next + times*f.period
}

func (f *timerFile) close(uint64) {
	f.k.timerFiles = slices.DeleteFunc(f.k.timerFiles, func(other *timerFile) bool { return other == f })
}

func (f *timerFile) canRead() bool   { return f.expired() > 0 }
func (f *timerFile) changes() uint64 { return f.expired() }

func (t *thread) timerfdCreate(a [6]uint64) uint64 {
	if int32(a[0]) >= clocks || a[1]&^(openNoWait|openCloseExec) != 0 {
		return failure(errInvalid)
	}
	f := &timerFile{k: t.kernel}
	fd := t.files.add(0, descriptor{&openFile{stream: f, flags: openReadWrite | a[1]&openNoWait}, a[1]&openCloseExec != 0})
	if int64(fd) >= 0 {
		t.kernel.timerFiles = append(t.timerFiles, f)
	}
	return fd
}

// timerFileOf returns the timer of a descriptor.
func (t *thread) timerFileOf(fd uint64) (f *timerFile, number uint64) {
	d, ok := t.files.table[fd]
	if !ok {
		return nil, errBadFile
	}
	if f, ok = d.stream.(*timerFile); !ok {
		return nil, errInvalid
	}
	return f, 0
}

func (t *thread) timerfdSettime(a [6]uint64) uint64 {
	f, number := t.timerFileOf(a[0])
	if number != 0 {
		return failure(number)
	}
	return t.timerSettime(&f.timer, a)
}

func (t *thread) timerfdGettime(a [6]uint64) uint64 {
	f, number := t.timerFileOf(a[0])
	if number != 0 {
		return failure(number)
	}
	return t.timerGettime(&f.timer, a)
}

// signalFile is a signalfd: reading takes signals that wait for the process that made it, or for its first thread.
type signalFile struct {
	neverWritten
	p   *process
	set uint64
}

const signalRecord = 128

func (f *signalFile) Read(b []byte) (int, error) {
	n := 0
	for n+signalRecord <= len(b) && f.canRead() {
		s, _ := f.p.threadsOf(f.p)[0].takeAny(f.set)
		if s.timer != nil {
			s.timer.taken(&s)
		}
		copy(b[n:n+signalRecord], s.record())
		n += signalRecord
	}
	switch {
	case len(b) < signalRecord:
		return 0, syscall.EINVAL
	case n == 0:
		return 0, errWouldBlock
	}
	return n, nil
}

// record returns a signal as struct signalfd_siginfo.
func (s *signalInfo) record() []byte {
	b := make([]byte, signalRecord)
	le := binary.LittleEndian
	le.PutUint32(b, uint32(s.number))
	le.PutUint32(b[8:], uint32(s.code))
	field := func(at int) uint32 {
		if at+4 > len(s.fields) {
			return 0
		}
		return le.Uint32(s.fields[at:])
	}
	if s.code == codeTimer {
		le.PutUint32(b[24:], field(0))
		le.PutUint32(b[32:], field(4))
	} else {
		le.PutUint32(b[12:], field(0))
		le.PutUint32(b[16:], field(4))
	}
	if s.number == signalChild {
		le.PutUint32(b[40:], field(8))
		return b
	}
	le.PutUint32(b[44:], field(8))
	le.PutUint32(b[48:], field(8))
	le.PutUint32(b[52:], field(12))
	return b
}

func (f *signalFile) canRead() bool {
	threads := f.p.threadsOf(f.p)
	return len(threads) > 0 && (threads[0].queued.set|f.p.arrived.set)&f.set != 0
}

func (f *signalFile) changes() uint64 { return 0 }

// signalfd makes a signalfd, or changes the signals of one: descriptor or -1, set, its size, flags.
func (t *thread) signalfd(a [6]uint64) uint64 {
	if a[3]&^(openNoWait|openCloseExec) != 0 {
		return failure(errInvalid)
	}
	set, number := t.readSet(a[1], a[2])
	if number != 0 {
		return failure(number)
	}
	set &^= unblockable
	if int32(a[0]) == -1 {
		return t.files.add(0, descriptor{&openFile{stream: &signalFile{p: t.process, set: set}, flags: openReadWrite | a[3]&openNoWait}, a[3]&openCloseExec != 0})
	}
	d, ok := t.files.table[a[0]]
	if !ok {
		return failure(errBadFile)
	}
	f, ok := d.stream.(*signalFile)
	if !ok {
		return failure(errInvalid)
	}
	f.set = set
	return a[0]
}
