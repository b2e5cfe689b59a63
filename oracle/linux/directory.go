package linux

import (
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

func (t *thread) getcwd(a [6]uint64) uint64 {
	text := append([]byte(path.Join("/", t.directory)), 0)
	if a[1] < uint64(len(text)) {
		return failure(errRange)
	}
	if !t.output(a[0], text) {
		return failure(errFault)
	}
	return uint64(len(text))
}

func (t *thread) chdir(a [6]uint64) uint64 {
	name, number := t.path(directoryOfProcess, a[0], true)
	if number != 0 {
		return failure(number)
	}
	found, number := t.look(name, true)
	switch {
	case number != 0:
		return failure(number)
	case found.mode&modeDirectory == 0 || found.mode>>kindShift != modeDirectory>>kindShift:
		return failure(errNotDirectory)
	}
	t.process.directory = name
	return 0
}

// directoryOfProcess is currentDirectory as an argument.
const directoryOfProcess = 1<<64 + currentDirectory

func (t *thread) fchdir(d descriptor, _ [6]uint64) uint64 {
	if !d.folder {
		return failure(errNotDirectory)
	}
	t.process.directory = d.name
	return 0
}

// getdents returns as many entries of a directory as there is room for, "." and ".." first.
func (t *thread) getdents(d descriptor, a [6]uint64) uint64 {
	switch {
	case !d.folder:
		return failure(errNotDirectory)
	case !t.mayStore(a[1], min(a[2], maxTransfer)):
		return failure(errFault)
	}
	var b []byte
	for {
		name, kind, inode, err := t.entry(d.openFile)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return failure(errorNumber(err))
		}
		const header = 19
		length := (header + len(name) + 1 + 7) &^ 7
		if uint64(len(b)+length) > min(a[2], maxTransfer) {
			if len(b) == 0 {
				return failure(errInvalid)
			}
			break
		}
		d.next()
		record := make([]byte, length)
		binary.LittleEndian.PutUint64(record, inode)
		binary.LittleEndian.PutUint64(record[8:], d.given)
		binary.LittleEndian.PutUint16(record[16:], uint16(length))
		record[18] = byte(kind >> kindShift)
		copy(record[header:], name)
		b = append(b, record...)
	}
	t.m.Spend(uint64(len(b)))
	t.notifyOf(d.openFile, eventAccess)
	if !t.output(a[1], b) {
		return failure(errFault)
	}
	return uint64(len(b))
}

// entry returns the next entry of a directory; next advances to the one after it.
func (t *thread) entry(f *openFile) (name string, kind, inode uint64, err error) {
	if f.given < 2 {
		at := []string{f.name, path.Dir(f.name)}[f.given]
		if info, err := t.root.Stat(at); err == nil {
			inode = t.storage.inode(keyOf(info))
		}
		return []string{".", ".."}[f.given], modeDirectory, inode, nil
	}
	if f.given == 2 {
		f.entries, err = f.file.ReadDir(-1)
		slices.SortFunc(f.entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	if err == nil && len(f.entries) == 0 {
		err = io.EOF
	}
	if err != nil {
		return "", 0, 0, err
	}
	entry := f.entries[0]
	kind = modeOf(entry.Type())
	if info, err := t.root.Lstat(path.Join(f.name, entry.Name())); err == nil {
		inode, kind = t.storage.inode(keyOf(info)), t.kindOf(info)
	}
	return entry.Name(), kind, inode, nil
}

func (f *openFile) next() {
	if f.given++; f.given > 2 {
		f.entries = f.entries[1:]
	}
}
