package linux

import (
	"encoding/binary"
	"errors"
	"io"
	"syscall"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// onStream performs a transfer with a stream, which may be one of the host that never answers. When the context ends it
// ends the run and abandons the transfer.
func (t *thread) onStream(s stream, transfer func() (int, error)) (int, error) {
	if _, isHost := s.(*hostStream); !isHost {
		return transfer()
	}
	type outcome struct {
		n   int
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		n, err := transfer()
		done <- outcome{n, err}
	}()
	select {
	case o := <-done:
		return o.n, o.err
	case <-t.interrupted:
		t.fail(oracle.OutOfSteps, "interrupted", "")
		return 0, syscall.EINTR
	}
}

// moved returns the result of a transfer of n bytes. One that would have to wait is tried again when ready returns
// true.
func (t *thread) moved(d descriptor, n int, err error, ready func() bool) uint64 {
	t.m.Spend(uint64(n))
	switch {
	case n > 0 || err == nil || errors.Is(err, io.EOF):
		return uint64(n)
	case !errors.Is(err, errWouldBlock):
		return failure(errorNumber(err))
	case d.flags&openNoWait == 0:
		return t.await(ready, never)
	}
	return failure(errAgain)
}

// readable and writable return the descriptor of a transfer, or an error.
func (t *thread) readable(fd uint64) (d descriptor, number uint64) {
	d, ok := t.files.table[fd]
	switch {
	case !ok || d.flags&openAccess == openWrite:
		return d, errBadFile
	case d.folder:
		return d, errIsDirectory
	}
	return d, 0
}

func (t *thread) writable(fd uint64) (d descriptor, number uint64) {
	d, ok := t.files.table[fd]
	if !ok || d.flags&openAccess == 0 {
		return d, errBadFile
	}
	return d, 0
}

func (t *thread) read(a [6]uint64) uint64 {
	d, number := t.readable(a[0])
	size := min(a[2], maxTransfer)
	switch {
	case number != 0:
		return failure(number)
	case !t.mayStore(a[1], size):
		return failure(errFault)
	case size == 0:
		return 0
	}
	b := make([]byte, size)
	var n int
	var err error
	if d.stream == nil {
		n, err = d.file.Read(b)
	} else {
		n, err = t.onStream(d.stream, func() (int, error) { return d.stream.Read(b) })
		t.acquireFrom(d.object())
	}
	if n > 0 && !t.output(a[1], b[:n]) {
		return failure(errFault)
	}
	if d.stream != nil {
		return t.moved(d, n, err, d.stream.canRead)
	}
	if n > 0 {
		t.notifyOf(d.openFile, eventAccess)
	}
	return t.moved(d, n, err, nil)
}

// outgoing reads the bytes to write, at most maxTransfer.
func (t *thread) outgoing(addr, size uint64) ([]byte, bool) {
	size = min(size, maxTransfer)
	if !t.allows(addr, size, rv64.Read) {
		return nil, false
	}
	b := make([]byte, size)
	return b, t.input(addr, b, "what is written")
}

func (t *thread) write(a [6]uint64) uint64 {
	d, number := t.writable(a[0])
	if number != 0 {
		return failure(number)
	}
	b, ok := t.outgoing(a[1], a[2])
	if !ok {
		return failure(errFault)
	}
	if d.stream == nil {
		return t.writeFile(d, b)
	}
	return t.writeStream(d, b)
}

// writeFile writes at the file's position, or at its end if it was opened so.
func (t *thread) writeFile(d descriptor, b []byte) uint64 {
	whence := io.SeekCurrent
	if d.flags&openAppend != 0 {
		whence = io.SeekEnd
	}
	at, err := d.file.Seek(0, whence)
	if err != nil {
		return failure(errorNumber(err))
	}
	n, number := t.storeAt(d.openFile, b, uint64(at))
	if number != 0 {
		return failure(number)
	}
	if _, err := d.file.Seek(at+int64(n), io.SeekStart); err != nil {
		return failure(errorNumber(err))
	}
	t.m.Spend(uint64(n))
	return uint64(n)
}

// storeAt writes to a file at an offset, as far as the quota allows.
func (t *thread) storeAt(f *openFile, b []byte, at uint64) (n int, number uint64) {
	if len(b) == 0 {
		return 0, 0
	}
	info, err := f.file.Stat()
	if err != nil {
		return 0, errorNumber(err)
	}
	allowed := t.storage.grow(uint64(info.Size()), at, uint64(len(b)))
	if allowed == 0 {
		return 0, errNoSpace
	}
	n, err = f.file.WriteAt(b[:allowed], int64(at))
	t.storage.modified(f.key, t.clock())
	if n > 0 {
		t.notifyOf(f, eventModify)
	}
	if n > 0 || err == nil {
		return n, 0
	}
	return 0, errorNumber(err)
}

// writeStream writes to a stream: all of it, unless it is not to wait.
func (t *thread) writeStream(d descriptor, b []byte) uint64 {
	if s, ok := d.stream.(*socket); ok {
		return t.sendMessage(s, d, b, 0, 0, nil, 0)
	}
	for {
		var n int
		var err error
		if rest := b[min(t.call.done, uint64(len(b))):]; len(rest) > 0 {
			t.releaseTo(d.object())
			n, err = t.onStream(d.stream, func() (int, error) { return d.stream.Write(rest) })
		}
		t.call.done += uint64(n)
		total := t.call.done
		switch {
		case errors.Is(err, syscall.EPIPE) && total == 0:
			t.sendThread(sentBy(t.process, signalPipe, codeUser))
			return failure(errBrokenPipe)
		case total >= uint64(len(b)):
			t.m.Spend(total)
			return total
		case errors.Is(err, errWouldBlock) && d.flags&openNoWait == 0:
			return t.await(d.stream.canWrite, never)
		case err != nil && total > 0:
			return total
		case err != nil || n == 0:
			return t.moved(d, 0, err, d.stream.canWrite)
		}
	}
}

func (t *thread) pread(a [6]uint64) uint64 {
	d, number := t.readable(a[0])
	size := min(a[2], maxTransfer)
	switch {
	case number != 0:
		return failure(number)
	case d.file == nil:
		return failure(errSeekPipe)
	case int64(a[3]) < 0:
		return failure(errInvalid)
	case !t.mayStore(a[1], size):
		return failure(errFault)
	}
	b := make([]byte, size)
	n, err := d.file.ReadAt(b, int64(a[3]))
	if n > 0 && !t.output(a[1], b[:n]) {
		return failure(errFault)
	}
	if n > 0 {
		t.notifyOf(d.openFile, eventAccess)
	}
	return t.moved(d, n, err, nil)
}

func (t *thread) pwrite(a [6]uint64) uint64 {
	d, number := t.writable(a[0])
	switch {
	case number != 0:
		return failure(number)
	case d.file == nil:
		return failure(errSeekPipe)
	case int64(a[3]) < 0:
		return failure(errInvalid)
	case d.flags&openAppend != 0: // Linux appends, whatever the offset
		return t.write(a)
	}
	b, ok := t.outgoing(a[1], a[2])
	if !ok {
		return failure(errFault)
	}
	n, number := t.storeAt(d.openFile, b, a[3])
	if number != 0 {
		return failure(number)
	}
	return uint64(n)
}

// pieces reads the places of a scattered transfer, maxTransfer bytes at most in all.
func (t *thread) pieces(addr, count uint64) (list [][2]uint64, number uint64) {
	const maxPieces, pieceSize = 1024, 16
	if count > maxPieces {
		return nil, errInvalid
	}
	b := make([]byte, pieceSize*count)
	if !t.input(addr, b, "the vector") {
		return nil, errFault
	}
	total := uint64(0)
	for ; len(b) > 0 && total < maxTransfer; b = b[pieceSize:] {
		base, size := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
		size = min(size, maxTransfer-total)
		list = append(list, [2]uint64{base, size})
		total += size
	}
	return list, 0
}

// vector performs a scattered transfer piece by piece. The last argument of each is an offset in the file.
func (t *thread) vector(a [6]uint64, one func(t *thread, a [6]uint64) uint64) uint64 {
	list, number := t.pieces(a[1], a[2])
	if number != 0 {
		return failure(number)
	}
	total := uint64(0)
	for _, piece := range list {
		if piece[1] == 0 {
			continue
		}
		n := one(t, [6]uint64{a[0], piece[0], piece[1], a[3] + total})
		if t.failed || (t.wait != nil || int64(n) < 0) && total == 0 {
			return n
		}
		if t.wait != nil { // later pieces do not wait
			t.wait, t.call.again = nil, false
			break
		}
		if int64(n) < 0 {
			break
		}
		if total += n; n < piece[1] {
			break
		}
	}
	return total
}

func (t *thread) readv(a [6]uint64) uint64 { return t.vector(a, (*thread).read) }

func (t *thread) preadv(a [6]uint64) uint64 { return t.vector(a, (*thread).pread) }

func (t *thread) pwritev(a [6]uint64) uint64 { return t.vector(a, (*thread).pwrite) }

// writev gathers what it writes first, so that a pipe gets it as a whole.
func (t *thread) writev(a [6]uint64) uint64 {
	d, number := t.writable(a[0])
	if number != 0 {
		return failure(number)
	}
	list, number := t.pieces(a[1], a[2])
	if number != 0 {
		return failure(number)
	}
	var all []byte
	for _, piece := range list {
		b, ok := t.outgoing(piece[0], piece[1])
		if !ok && len(all) == 0 {
			return failure(errFault)
		}
		if !ok {
			break
		}
		all = append(all, b...)
	}
	if d.stream == nil {
		return t.writeFile(d, all)
	}
	return t.writeStream(d, all)
}

// sendfile copies from a file to an open file: to, from, where the offset is, bytes.
func (t *thread) sendfile(a [6]uint64) uint64 {
	to, number := t.writable(a[0])
	if number != 0 {
		return failure(number)
	}
	from, number := t.readable(a[1])
	switch {
	case number != 0:
		return failure(number)
	case from.file == nil:
		return failure(errInvalid)
	}
	at, err := from.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return failure(errorNumber(err))
	}
	if a[2] != 0 {
		offset, ok := t.pointers(a[2], 1)
		if !ok {
			return failure(errFault)
		}
		at = int64(offset[0])
	}
	const most = 1 << 15 // of one call, so that a pipe takes it as a whole
	b := make([]byte, min(a[3], most))
	n, err := from.file.ReadAt(b, at)
	if n == 0 {
		return t.moved(to, 0, err, nil)
	}
	t.notifyOf(from.openFile, eventAccess)
	var written uint64
	if to.stream == nil {
		written = t.writeFile(to, b[:n])
	} else {
		written = t.writeStream(to, b[:n])
	}
	if t.wait != nil || int64(written) < 0 {
		return written
	}
	if a[2] != 0 {
		t.put(a[2], uint64(at)+written)
	} else if _, err := from.file.Seek(at+int64(written), io.SeekStart); err != nil {
		return failure(errorNumber(err))
	}
	return written
}
