package linux

import "io/fs"

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
	t.removed(info)
	return 0
}

// removed returns what a removed file took to the quota, unless it has other names or is open.
func (t *thread) removed(info fs.FileInfo) {
	t.storage.shrink(entryCost)
	key, links := hostFile(info)
	if links > 1 && !info.IsDir() {
		return
	}
	for _, p := range t.processes {
		for _, d := range p.files.table {
			if d.key == key {
				return
			}
		}
	}
	if info.Mode().IsRegular() {
		t.storage.shrink(uint64(info.Size()))
	}
	t.storage.forget(key)
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
	return failure(hostResult(func() error { return t.root.Rename(from, to) }))
}

// linkat gives a file a second name.
func (t *thread) linkat(a [6]uint64) uint64 {
	const follow = 0x400
	from, to, number := t.twoPaths(a, a[4]&follow != 0)
	if number != 0 {
		return failure(number)
	}
	return t.make(to, func() error { return t.root.Link(from, to) })
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
