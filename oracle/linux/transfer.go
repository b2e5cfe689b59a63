package linux

import (
	"encoding/binary"
	"errors"
	"io"
	"syscall"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// errWouldBlock is the error of a pipe that only the program itself could fill or empty.
var errWouldBlock = errors.New("the pipe would block for ever")

// await performs a transfer that may never end. When the context ends it ends the run and abandons the transfer.
func (p *process) await(transfer func() (int, error)) (int, error) {
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
	case <-p.interrupted:
		p.end(oracle.OutOfSteps, "interrupted", "")
		return 0, syscall.EINTR
	}
}

// moved returns the result of a transfer.
func (p *process) moved(d descriptor, n int, err error) uint64 {
	p.m.Spend(uint64(n))
	switch {
	case n > 0 || err == nil || errors.Is(err, io.EOF):
		return uint64(n)
	case !errors.Is(err, errWouldBlock):
		return failure(errorNumber(err))
	case d.flags&openNoWait == 0:
		p.end(oracle.Unsupported, p.present+" of a pipe that would block for ever", "")
	}
	return failure(errAgain)
}

// readable and writable return the descriptor of a transfer, or an error.
func (p *process) readable(fd uint64) (d descriptor, number uint64) {
	d, ok := p.files.table[fd]
	switch {
	case !ok || d.flags&openAccess == openWrite:
		return d, errBadFile
	case d.folder:
		return d, errIsDirectory
	}
	return d, 0
}

func (p *process) writable(fd uint64) (d descriptor, number uint64) {
	d, ok := p.files.table[fd]
	if !ok || d.flags&openAccess == 0 {
		return d, errBadFile
	}
	return d, 0
}

func (p *process) read(a [6]uint64) uint64 {
	d, number := p.readable(a[0])
	size := min(a[2], maxTransfer)
	switch {
	case number != 0:
		return failure(number)
	case !p.mayStore(a[1], size):
		return failure(errFault)
	case size == 0:
		return 0
	}
	b := make([]byte, size)
	var n int
	var err error
	if d.file != nil {
		n, err = d.file.Read(b)
	} else {
		n, err = p.await(func() (int, error) { return d.reader.Read(b) })
	}
	if n > 0 && !p.output(a[1], b[:n]) {
		return failure(errFault)
	}
	return p.moved(d, n, err)
}

// outgoing reads the bytes to write, at most maxTransfer.
func (p *process) outgoing(addr, size uint64) ([]byte, bool) {
	size = min(size, maxTransfer)
	if !p.m.Allows(addr, size, rv64.Read) {
		return nil, false
	}
	b := make([]byte, size)
	return b, p.input(addr, b, "what is written")
}

func (p *process) write(a [6]uint64) uint64 {
	d, number := p.writable(a[0])
	if number != 0 {
		return failure(number)
	}
	b, ok := p.outgoing(a[1], a[2])
	if !ok {
		return failure(errFault)
	}
	var n int
	var err error
	switch {
	case len(b) == 0:
	case d.file == nil:
		n, err = p.await(func() (int, error) { return d.writer.Write(b) })
	default:
		if d.flags&openAppend != 0 {
			_, err = d.file.Seek(0, io.SeekEnd)
		}
		if err == nil {
			n, err = d.file.Write(b)
		}
	}
	if errors.Is(err, syscall.EPIPE) {
		p.raise(signalPipe)
	}
	return p.moved(d, n, err)
}

func (p *process) pread(a [6]uint64) uint64 {
	d, number := p.readable(a[0])
	size := min(a[2], maxTransfer)
	switch {
	case number != 0:
		return failure(number)
	case d.file == nil:
		return failure(errSeekPipe)
	case int64(a[3]) < 0:
		return failure(errInvalid)
	case !p.mayStore(a[1], size):
		return failure(errFault)
	}
	b := make([]byte, size)
	n, err := d.file.ReadAt(b, int64(a[3]))
	if n > 0 && !p.output(a[1], b[:n]) {
		return failure(errFault)
	}
	return p.moved(d, n, err)
}

func (p *process) pwrite(a [6]uint64) uint64 {
	d, number := p.writable(a[0])
	switch {
	case number != 0:
		return failure(number)
	case d.file == nil:
		return failure(errSeekPipe)
	case int64(a[3]) < 0:
		return failure(errInvalid)
	case d.flags&openAppend != 0: // Linux appends, whatever the offset
		return p.write(a)
	}
	b, ok := p.outgoing(a[1], a[2])
	if !ok {
		return failure(errFault)
	}
	n, err := d.file.WriteAt(b, int64(a[3]))
	return p.moved(d, n, err)
}

// vector performs a scattered transfer piece by piece, maxTransfer bytes at most in all.
func (p *process) vector(a [6]uint64, one func(p *process, a [6]uint64) uint64) uint64 {
	const maxPieces, pieceSize = 1024, 16
	if a[2] > maxPieces {
		return failure(errInvalid)
	}
	pieces := make([]byte, pieceSize*a[2])
	if !p.input(a[1], pieces, "the vector") {
		return failure(errFault)
	}
	total := uint64(0)
	for ; len(pieces) > 0 && total < maxTransfer; pieces = pieces[pieceSize:] {
		base, size := binary.LittleEndian.Uint64(pieces), binary.LittleEndian.Uint64(pieces[8:])
		n := one(p, [6]uint64{a[0], base, min(size, maxTransfer-total)})
		if p.stopped || int64(n) < 0 && total == 0 {
			return n
		}
		if int64(n) < 0 {
			break
		}
		if total += n; n < size {
			break
		}
	}
	return total
}

func (p *process) readv(a [6]uint64) uint64 { return p.vector(a, (*process).read) }

func (p *process) writev(a [6]uint64) uint64 { return p.vector(a, (*process).write) }
