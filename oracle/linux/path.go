package linux

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// hostErrors maps errors of the host to those that the guest sees.
var hostErrors = map[syscall.Errno]uint64{
	syscall.EPERM: errNotPermitted, syscall.ENOENT: errNoEntry, syscall.EINTR: errInterrupted, syscall.EIO: errInputOutput,
	syscall.EBADF: errBadFile, syscall.EAGAIN: errAgain, syscall.EACCES: errAccess, syscall.EEXIST: errExists,
	syscall.ENOTDIR: errNotDirectory, syscall.EISDIR: errIsDirectory, syscall.EINVAL: errInvalid, syscall.EMFILE: errTooMany,
	syscall.EFBIG: errTooLarge, syscall.ENOSPC: errNoSpace, syscall.EPIPE: errBrokenPipe, syscall.ENAMETOOLONG: errNameTooLong,
	syscall.EXDEV: errOtherDevice, syscall.EROFS: errReadOnly, syscall.ENOTEMPTY: errNotEmpty, syscall.ELOOP: errManyLinks,
	syscall.EBUSY: errBusy, syscall.ENOTSUP: errNotSupported,
}

// guestError is an error by the number that the guest sees.
type guestError uint64

func (e guestError) Error() string { return "error " + strconv.FormatUint(uint64(e), 10) }

// errorNumber returns the error that the guest sees for one of the host. A path that leaves the root is denied.
func errorNumber(err error) uint64 {
	var guest guestError
	if errors.As(err, &guest) {
		return uint64(guest)
	}
	var host syscall.Errno
	if errors.As(err, &host) && hostErrors[host] != 0 {
		return hostErrors[host]
	}
	if errors.Is(err, fs.ErrNotExist) {
		return errNoEntry
	}
	return errAccess
}

// text reads a string of the guest, whose bytes must be defined.
func (t *thread) text(addr, longest uint64, what string) (s string, number uint64) {
	var b []byte
	for uint64(len(b)) < longest {
		at := addr + uint64(len(b))
		piece := make([]byte, min(pageSize-at%pageSize, longest-uint64(len(b)), 64))
		if !t.allows(at, uint64(len(piece)), rv64.Read) || t.m.ReadMemoryInto(at, piece, nil) != nil {
			return "", errFault
		}
		if end := bytes.IndexByte(piece, 0); end >= 0 {
			b = append(b, piece[:end]...)
			if !t.isDefined(addr, uint64(len(b))+1, what) {
				return "", errFault
			}
			return string(b), 0
		}
		b = append(b, piece...)
	}
	return string(b), errNameTooLong
}

// currentDirectory is the descriptor that stands for the current directory.
const currentDirectory = -100

// longestPath is the longest path in bytes, with its end.
const longestPath = 4096

// path reads a path and returns what it names, relative to the root and free of symbolic links; only if follow is false
// the last part may be one.
func (t *thread) path(directory, addr uint64, follow bool) (name string, number uint64) {
	text, number := t.text(addr, longestPath, "the path")
	switch {
	case number != 0:
		return "", number
	case text == "":
		return "", errNoEntry
	}
	base := t.directory
	if d, ok := t.files.table[directory]; text[0] != '/' && int32(directory) != currentDirectory {
		switch {
		case !ok:
			return "", errBadFile
		case !d.folder:
			return "", errNotDirectory
		}
		base = d.name
	}
	return t.resolve(base, text, follow)
}

// exists reports whether there is something at a path below the root.
func (t *thread) exists(name string) bool {
	if t.root == nil {
		return false
	}
	_, err := t.root.Lstat(name)
	return err == nil
}

// resolve follows a path from a directory below the root. An absolute symbolic link begins at the root again. What the
// last part names need not exist.
func (t *thread) resolve(base, text string, follow bool) (name string, number uint64) {
	const mostLinks = 40
	if text == "" {
		return "", errNoEntry
	}
	if strings.HasPrefix(text, "/") {
		base = "."
	}
	whole := path.Join(base, text)
	if whole[0] == '/' {
		whole = whole[1:]
	}
	if _, isDevice := devices[whole]; (isDevice || whole == selfProgram) && !t.exists(whole) {
		return whole, 0
	}
	if t.root == nil {
		return "", errNoEntry
	}
	rest, links := strings.Split(text, "/"), 0
	for len(rest) > 0 {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			base = path.Dir(base)
			continue
		}
		next := path.Join(base, part)
		isLast := !slices.ContainsFunc(rest, func(s string) bool { return s != "" && s != "." })
		info, err := t.root.Lstat(next)
		switch {
		case err != nil && isLast && errors.Is(err, fs.ErrNotExist):
			return next, 0
		case err != nil:
			return "", errorNumber(err)
		case info.Mode()&fs.ModeSymlink != 0 && (follow || len(rest) > 0):
			if links++; links > mostLinks {
				return "", errManyLinks
			}
			target, err := t.root.Readlink(next)
			if err != nil {
				return "", errorNumber(err)
			}
			if strings.HasPrefix(target, "/") {
				base = "."
			}
			rest = append(strings.Split(target, "/"), rest...)
			continue
		case len(rest) > 0 && !info.IsDir():
			return "", errNotDirectory
		}
		base = next
	}
	return base, 0
}

// onPath makes a system call of one on the path that the first two arguments name, below a root.
func onPath(follow bool, do func(t *thread, name string, a [6]uint64) uint64) func(t *thread, a [6]uint64) uint64 {
	return func(t *thread, a [6]uint64) uint64 {
		name, number := t.path(a[0], a[1], follow)
		switch {
		case number != 0:
			return failure(number)
		case t.root == nil:
			return failure(errNoEntry)
		}
		return do(t, name, a)
	}
}

// hostFailure returns what a system call returns after an error of the host, or 0.
func hostFailure(err error) uint64 {
	if err == nil {
		return 0
	}
	return failure(errorNumber(err))
}
