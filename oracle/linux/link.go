package linux

import (
	"io/fs"
	"strings"
)

func (t *thread) mkdirat(name string, a [6]uint64) uint64 {
	if t.exists(name) {
		return failure(errExists)
	}
	mode := fs.FileMode(a[2] & 0o777 &^ t.mask)
	return t.make(name, func() error {
		if err := t.root.Mkdir(name, mode); err != nil {
			return err
		}
		return t.root.Chmod(name, mode)
	})
}

// make makes a new entry of a directory.
func (t *thread) make(name string, do func() error) uint64 {
	if !t.storage.create() {
		return failure(errNoSpace)
	}
	if err := do(); err != nil {
		t.storage.shrink(entryCost)
		return failure(errorNumber(err))
	}
	if info, err := t.root.Lstat(name); err == nil {
		t.storage.modified(keyOf(info), t.clock())
		t.notify(eventCreate, name, info)
	}
	return 0
}

func (t *thread) unlinkat(name string, a [6]uint64) uint64 {
	const removeDirectory = 0x200
	info, err := t.root.Lstat(name)
	switch {
	case err != nil:
		return failure(errorNumber(err))
	case info.IsDir() && a[2]&removeDirectory == 0:
		return failure(errIsDirectory)
	case !info.IsDir() && a[2]&removeDirectory != 0:
		return failure(errNotDirectory)
	case name == ".":
		return failure(errInvalid)
	}
	if err := t.root.Remove(name); err != nil {
		return failure(errorNumber(err))
	}
	if !info.IsDir() {
		t.notifySelf(eventAttributes, info)
	}
	t.removed(info)
	t.notifyName(eventDelete, name, info, 0)
	return 0
}

// removed returns what a removed file took to the quota, unless it has other names or is open.
func (k *kernel) removed(info fs.FileInfo) {
	k.storage.shrink(entryCost)
	key, links := hostFile(info)
	if links > 1 && !info.IsDir() || k.isOpen(key) {
		return
	}
	k.gone(key, info)
}

// isOpen reports whether a file is open.
func (k *kernel) isOpen(key fileKey) bool {
	for _, p := range k.processes {
		for _, d := range p.files.table {
			if d.key == key {
				return true
			}
		}
	}
	return false
}

// gone returns to the quota what the content of a file took that has no name and is not open.
func (k *kernel) gone(key fileKey, info fs.FileInfo) {
	if info.Mode().IsRegular() {
		k.storage.shrink(uint64(info.Size()))
	}
	k.storage.forget(key)
	delete(k.network.files, key)
	k.unwatch(key)
}

// twoPaths returns the paths that the first and the next two arguments name, below a root, or the number of an error. A link at
// the end of the first is followed if follow is set.
func (t *thread) twoPaths(a [6]uint64, follow bool) (from, to string, number uint64) {
	if from, number = t.path(a[0], a[1], follow); number != 0 {
		return "", "", number
	}
	if to, number = t.path(a[2], a[3], false); number == 0 && t.root == nil {
		number = errNoEntry
	}
	return from, to, number
}

// renameat is renameat2, of whose flags only noReplace is supported.
func (t *thread) renameat(a [6]uint64) uint64 {
	const noReplace = 1
	if a[4]&^noReplace != 0 {
		return failure(errInvalid)
	}
	from, to, number := t.twoPaths(a, false)
	switch {
	case number != 0:
		return failure(number)
	case a[4]&noReplace != 0 && t.exists(to):
		return failure(errExists)
	}
	moved, err := t.root.Lstat(from)
	if err != nil {
		return failure(errorNumber(err))
	}
	replaced, err := t.root.Lstat(to)
	isReplaced := err == nil && keyOf(replaced) != keyOf(moved)
	if err := t.root.Rename(from, to); err != nil {
		return failure(errorNumber(err))
	}
	if err == nil && !isReplaced { // two names of one file: nothing happens
		return 0
	}
	t.renamed(from, to)
	t.notifyMove(from, to, moved)
	if isReplaced {
		t.notifySelf(eventAttributes, replaced)
	}
	t.notifySelf(eventMoveSelf, moved)
	if isReplaced {
		t.removed(replaced)
	}
	return 0
}

// renamed gives open files and current directories their new names.
func (k *kernel) renamed(from, to string) {
	change := func(name *string) {
		if rest, ok := strings.CutPrefix(*name, from); ok && (rest == "" || rest[0] == '/') {
			*name = to + rest
		}
	}
	for _, p := range k.processes {
		change(&p.directory)
		seen := map[*openFile]bool{}
		for _, d := range p.files.table {
			if !seen[d.openFile] {
				seen[d.openFile] = true
				change(&d.name)
			}
		}
	}
}

// linkat gives a file a second name.
func (t *thread) linkat(a [6]uint64) uint64 {
	const follow = 0x400
	from, to, number := t.twoPaths(a, a[4]&follow != 0)
	if number != 0 {
		return failure(number)
	}
	return t.make(to, func() error {
		err := t.root.Link(from, to)
		if info, failed := t.root.Lstat(from); err == nil && failed == nil {
			t.notifySelf(eventAttributes, info)
		}
		return err
	})
}

// symlinkat makes a symbolic link: its text, directory and path of the link.
func (t *thread) symlinkat(a [6]uint64) uint64 {
	target, number := t.text(a[0], longestPath, "the target")
	if number != 0 {
		return failure(number)
	}
	name, number := t.path(a[1], a[2], false)
	switch {
	case number != 0:
		return failure(number)
	case target == "" || t.root == nil:
		return failure(errNoEntry)
	}
	return t.make(name, func() error { return t.root.Symlink(target, name) })
}

func (t *thread) readlinkat(a [6]uint64) uint64 {
	name, number := t.path(a[0], a[1], false)
	if number != 0 {
		return failure(number)
	}
	target := t.process.exe
	if name != selfProgram || t.exists(name) {
		if t.root == nil {
			return failure(errNoEntry)
		}
		var err error
		if target, err = t.root.Readlink(name); err != nil {
			return failure(errorNumber(err))
		}
	}
	target = target[:min(uint64(len(target)), a[3])]
	if !t.output(a[2], []byte(target)) {
		return failure(errFault)
	}
	return uint64(len(target))
}
