package linux

import (
	"encoding/binary"
	"errors"
	"io"
	"syscall"
)

// errWouldBlock is the error of a stream that has nothing to read, or no room to write.
var errWouldBlock = errors.New("would block")

// hostStream is one of the standard streams. The host is waited for, so that what arrives when has no influence.
type hostStream struct {
	reader io.Reader
	writer io.Writer
}

func (s *hostStream) Read(b []byte) (int, error) {
	if s.reader == nil {
		return 0, io.EOF
	}
	return s.reader.Read(b)
}

func (s *hostStream) Write(b []byte) (int, error) {
	if s.writer == nil {
		return len(b), nil
	}
	return s.writer.Write(b)
}

func (*hostStream) canRead() bool   { return true }
func (*hostStream) canWrite() bool  { return true }
func (*hostStream) mode() uint64    { return modePipe }
func (*hostStream) changes() uint64 { return 0 }
func (*hostStream) close(uint64)    {}

// pipe is the buffer of a pipe.
type pipe struct {
	content          []byte
	readers, writers int    // open files
	read, written    uint64 // how many there have been
	changed          uint64
}

// pipeSize is the capacity of a pipe in bytes; up to pipeWhole bytes are written at once or not at all.
const (
	pipeSize  = 1 << 16
	pipeWhole = 4096
)

// pipeEnd is one end of a pipe, or both.
type pipeEnd struct {
	*pipe
	named bool
	quiet uint64 // its pipe has not lost its writers while so many have been there
}

func (q pipeEnd) Read(b []byte) (int, error) {
	n := copy(b, q.content)
	q.content = q.content[n:]
	q.changed++
	switch {
	case n > 0:
		return n, nil
	case q.writers == 0:
		return 0, io.EOF
	}
	return 0, errWouldBlock
}

func (q pipeEnd) Write(b []byte) (int, error) {
	room := pipeSize - len(q.content)
	switch {
	case q.readers == 0:
		return 0, syscall.EPIPE
	case room == 0, len(b) <= pipeWhole && len(b) > room:
		return 0, errWouldBlock
	}
	b = b[:min(len(b), room)]
	q.content = append(q.content, b...)
	q.changed++
	return len(b), nil
}

func (q pipeEnd) canRead() bool  { return len(q.content) > 0 || q.writers == 0 }
func (q pipeEnd) canWrite() bool { return pipeSize-len(q.content) >= pipeWhole || q.readers == 0 }
func (q pipeEnd) mode() uint64   { return modePipe }

func (q pipeEnd) changes() uint64 { return q.changed }

func (q pipeEnd) close(flags uint64) {
	q.changed++
	if flags&openAccess != 0 {
		q.writers--
	}
	if flags&openAccess != openWrite {
		q.readers--
	}
	if q.readers+q.writers == 0 {
		q.content = nil
	}
}

func (t *thread) pipe2(a [6]uint64) uint64 {
	if a[1]&^(openCloseExec|openNoWait) != 0 {
		return failure(errInvalid)
	}
	if !t.mayStore(a[0], 8) {
		return failure(errFault)
	}
	q, onExec := pipeEnd{pipe: &pipe{readers: 1, writers: 1, read: 1, written: 1}}, a[1]&openCloseExec != 0
	first := t.files.add(0, descriptor{&openFile{stream: q, flags: a[1] & openNoWait}, onExec})
	if int64(first) < 0 {
		return first
	}
	second := t.files.add(0, descriptor{&openFile{stream: q, flags: a[1]&openNoWait | openWrite}, onExec})
	if int64(second) < 0 {
		t.files.drop(first)
		return second
	}
	return t.put(a[0], first|second<<32)
}

// object returns what an open file shares with those that transfer through it.
func (f *openFile) object() any {
	if q, ok := f.stream.(pipeEnd); ok {
		return q.pipe
	}
	if s, ok := f.stream.(*socket); ok {
		return s.net
	}
	return f
}

// device is a file of /dev that the guest has whether or not there is one below the root.
type device struct {
	k    *kernel
	read func(k *kernel, b []byte) (int, error)
	full bool // nothing can be written
}

func (d device) Read(b []byte) (int, error) { return d.read(d.k, b) }

func (d device) Write(b []byte) (int, error) {
	if d.full {
		return 0, syscall.ENOSPC
	}
	return len(b), nil
}

func (device) canRead() bool   { return true }
func (device) canWrite() bool  { return true }
func (device) mode() uint64    { return modeDevice | 0o666 }
func (device) changes() uint64 { return 0 }
func (device) close(uint64)    {}

func readNothing(*kernel, []byte) (int, error) { return 0, io.EOF }

func readZeros(_ *kernel, b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

func readRandom(k *kernel, b []byte) (int, error) { return copy(b, k.randomBytes(len(b))), nil }

// devices are the files of /dev, by path below the root.
var devices = map[string]device{
	"dev/null": {read: readNothing}, "dev/zero": {read: readZeros}, "dev/full": {read: readZeros, full: true},
	"dev/random": {read: readRandom}, "dev/urandom": {read: readRandom},
}

// counter is an eventfd: a number that writing adds to and reading takes.
type counter struct {
	value     uint64
	semaphore bool // reading takes 1
	changed   uint64
}

func (c *counter) Read(b []byte) (int, error) {
	switch {
	case len(b) < 8:
		return 0, syscall.EINVAL
	case c.value == 0:
		return 0, errWouldBlock
	}
	taken := c.value
	if c.semaphore {
		taken = 1
	}
	c.value -= taken
	c.changed++
	binary.LittleEndian.PutUint64(b, taken)
	return 8, nil
}

func (c *counter) Write(b []byte) (int, error) {
	if len(b) < 8 {
		return 0, syscall.EINVAL
	}
	added := binary.LittleEndian.Uint64(b)
	switch {
	case added == allBits:
		return 0, syscall.EINVAL
	case added > allBits-1-c.value:
		return 0, errWouldBlock
	}
	c.value += added
	c.changed++
	return 8, nil
}

func (c *counter) canRead() bool   { return c.value > 0 }
func (c *counter) canWrite() bool  { return c.value < allBits-1 }
func (c *counter) mode() uint64    { return 0o600 }
func (c *counter) changes() uint64 { return c.changed }
func (c *counter) close(uint64)    {}

func (t *thread) eventfd(a [6]uint64) uint64 {
	const semaphore = 1
	if a[1]&^(semaphore|openNoWait|openCloseExec) != 0 {
		return failure(errInvalid)
	}
	c := &counter{value: uint64(uint32(a[0])), semaphore: a[1]&semaphore != 0}
	return t.files.add(0, descriptor{&openFile{stream: c, flags: openReadWrite | a[1]&openNoWait}, a[1]&openCloseExec != 0})
}
