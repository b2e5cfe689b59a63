package linux

import (
	"encoding/binary"
	"io/fs"
)

// The kinds of file in st_mode, and in a directory's entries.
const (
	kindPipe      = 0o010000
	modePipe      = kindPipe | 0o600
	modeDevice    = 0o020000
	modeFile      = 0o100000
	modeDirectory = 0o040000
	modeLink      = 0o120000
	kindShift     = 12
)

// kindOf returns the kind of a file as the guest sees it: what stands for a socket is another one on the host.
func (k *kernel) kindOf(info fs.FileInfo) uint64 {
	if k.network.files[keyOf(info)] {
		return modeSocket
	}
	return modeOf(info.Mode())
}

func modeOf(mode fs.FileMode) uint64 {
	switch {
	case mode.IsDir():
		return modeDirectory
	case mode&fs.ModeSymlink != 0:
		return modeLink
	case mode&fs.ModeNamedPipe != 0:
		return kindPipe
	case mode&fs.ModeDevice != 0:
		return modeDevice
	}
	return modeFile
}

// special are the bits of st_mode above the rights.
var special = map[fs.FileMode]uint64{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000}

// fileStatus is what stat tells of a file.
type fileStatus struct {
	device, inode, mode, links, size, blocks uint64
	times                                    fileTimes
}

const statBlock = 4096 // the best size of a transfer

// attributesOf returns the attributes of a file below the root.
func (k *kernel) attributesOf(info fs.FileInfo) fileStatus {
	key, links := fileOf(info)
	a := fileStatus{
		device: 1, inode: k.storage.inode(key), mode: k.kindOf(info) | uint64(info.Mode().Perm()), links: links,
		size: uint64(info.Size()), blocks: uint64(info.Size()+511) / 512, times: k.storage.timesOf(info),
	}
	for bit, value := range special {
		if info.Mode()&bit != 0 {
			a.mode |= value
		}
	}
	return a
}

// attributesOfStream returns those of an open file that is not below the root.
func (k *kernel) attributesOfStream(f *openFile) fileStatus {
	if f.inode == 0 {
		f.inode = k.storage.newInode()
	}
	start := uint64(clockStart * nanoseconds)
	return fileStatus{device: 2, inode: f.inode, mode: f.stream.mode(), links: 1, times: fileTimes{start, start, start}}
}

// look returns the attributes of what a path below the root names.
func (t *thread) look(name string, follow bool) (fileStatus, uint64) {
	if d, ok := devices[name]; ok && !t.exists(name) {
		return t.attributesOfStream(&openFile{stream: d}), 0
	}
	if name == selfProgram && !t.exists(name) {
		if !follow {
			return fileStatus{device: 3, inode: 1, mode: modeLink | 0o777, links: 1}, 0
		}
		name = t.process.exe[1:]
	}
	if t.root == nil {
		return fileStatus{}, errNoEntry
	}
	get := t.root.Lstat
	if follow {
		get = t.root.Stat
	}
	info, err := get(name)
	if err != nil {
		return fileStatus{}, errorNumber(err)
	}
	return t.attributesOf(info), 0
}

// lookAt returns the attributes of what a system call names: a descriptor and a path, which with the flag emptyPath may
// be missing or empty.
func (t *thread) lookAt(directory, addr, flags uint64) (fileStatus, uint64) {
	const noFollow, emptyPath = 0x100, 0x1000
	if flags&emptyPath != 0 {
		text, number := "", uint64(0)
		if addr != 0 {
			text, number = t.text(addr, 1, "the path")
		}
		if number == 0 && text == "" && int32(directory) != currentDirectory {
			d, ok := t.files.table[directory]
			if !ok {
				return fileStatus{}, errBadFile
			}
			return t.lookOpen(d)
		}
		if number == 0 && text == "" {
			return t.look(t.directory, true)
		}
		if t.failed {
			return fileStatus{}, errFault
		}
	}
	name, number := t.path(directory, addr, flags&noFollow == 0)
	if number != 0 {
		return fileStatus{}, number
	}
	return t.look(name, false)
}

// lookOpen returns the attributes of an open file.
func (t *thread) lookOpen(d descriptor) (fileStatus, uint64) {
	if q, ok := d.stream.(pipeEnd); ok && q.named {
		return t.attributesOfPipe(d.openFile), 0
	}
	if d.file == nil {
		return t.attributesOfStream(d.openFile), 0
	}
	info, err := d.file.Stat()
	if err != nil {
		return fileStatus{}, errorNumber(err)
	}
	return t.attributesOf(info), 0
}

func (t *thread) fstat(d descriptor, a [6]uint64) uint64 {
	found, number := t.lookOpen(d)
	if number != 0 {
		return failure(number)
	}
	return t.putStat(a[1], found)
}

func (t *thread) newfstatat(a [6]uint64) uint64 {
	found, number := t.lookAt(a[0], a[1], a[3])
	if number != 0 {
		return failure(number)
	}
	return t.putStat(a[2], found)
}

// putStat writes a struct stat: device, inode, mode and links, owner, no special device, size, block size, times.
func (t *thread) putStat(addr uint64, s fileStatus) uint64 {
	words := []uint64{s.device, s.inode, s.mode | s.links<<32, guestID | guestID<<32, 0, 0, s.size, statBlock, s.blocks}
	for _, at := range []uint64{s.times.access, s.times.modification, s.times.change} {
		words = append(words, at/nanoseconds, at%nanoseconds)
	}
	return t.put(addr, append(words, 0)...)
}

// statx writes a struct statx of directory, path, flags, what is asked for, address.
func (t *thread) statx(a [6]uint64) uint64 {
	const size, basic = 256, 0x7ff
	s, number := t.lookAt(a[0], a[1], a[2])
	if number != 0 {
		return failure(number)
	}
	b := make([]byte, size)
	le := binary.LittleEndian
	for offset, value := range map[int]uint64{0: basic, 4: statBlock, 16: s.links, 20: guestID, 24: guestID, 140: s.device} {
		le.PutUint32(b[offset:], uint32(value))
	}
	le.PutUint16(b[28:], uint16(s.mode))
	for offset, value := range map[int]uint64{32: s.inode, 40: s.size, 48: s.blocks} {
		le.PutUint64(b[offset:], value)
	}
	for offset, at := range map[int]uint64{64: s.times.access, 96: s.times.change, 112: s.times.modification} {
		le.PutUint64(b[offset:], at/nanoseconds)
		le.PutUint32(b[offset+8:], uint32(at%nanoseconds))
	}
	return failure(errFaultUnless(t.output(a[4], b)))
}

// statfs tells of the quota as if it were a file system.
func (t *thread) statfs(addr uint64) uint64 {
	const kind, longestName = 0xef53, 255
	free := (t.storage.quota - t.storage.used) / statBlock
	return t.put(addr, kind, statBlock, t.storage.quota/statBlock, free, free, 1<<20, free, 0, longestName, statBlock, 0, 0, 0, 0, 0)
}
