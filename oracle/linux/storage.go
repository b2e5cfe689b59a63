package linux

import "io/fs"

// storage is what the guest has below its root besides the files of the host: a quota, numbers of its own for inodes,
// and the times of what it has changed, by its own clock.
type storage struct {
	quota  uint64
	used   uint64
	inodes map[fileKey]uint64
	next   uint64 // the last inode number
	times  map[fileKey]fileTimes
	locks  []lock
	pipes  map[fileKey]*pipe // those with names
	moves  uint32            // that were reported
}

// fileKey is a file of the host.
type fileKey struct{ device, inode uint64 }

// fileTimes are the times of a file's last access, modification and change of attributes, in nanoseconds since 1970.
type fileTimes struct{ access, modification, change uint64 }

const (
	defaultQuota = 1 << 30
	entryCost    = 4096 // bytes of the quota that a new file or directory takes
)

func newStorage(quota uint64) storage {
	if quota == 0 {
		quota = defaultQuota
	}
	return storage{quota: quota, inodes: map[fileKey]uint64{}, times: map[fileKey]fileTimes{}, pipes: map[fileKey]*pipe{}}
}

// grow takes what a write of n bytes at an offset adds to a file of a size from the quota, and returns how many of the
// bytes may be written.
func (s *storage) grow(size, at, n uint64) uint64 {
	if at+n <= size {
		return n
	}
	end := min(at+n, size+s.quota-s.used)
	if end <= at {
		return 0
	}
	s.used += max(end, size) - size
	return end - at
}

// shrink returns bytes to the quota.
func (s *storage) shrink(n uint64) { s.used -= min(n, s.used) }

// create takes a new entry of a directory from the quota and reports whether there is room.
func (s *storage) create() bool {
	if s.quota-s.used < entryCost {
		return false
	}
	s.used += entryCost
	return true
}

func keyOf(info fs.FileInfo) fileKey {
	key, _ := fileOf(info)
	return key
}

// fileOf returns what tells a file from all others, and how many names it has.
func fileOf(info fs.FileInfo) (key fileKey, links uint64) {
	if inMemory, ok := info.(memoryInfo); ok {
		return inMemory.f.key(), 0
	}
	return hostFile(info)
}

// inode returns the guest's number of a file.
func (s *storage) inode(key fileKey) uint64 {
	if s.inodes[key] == 0 {
		s.inodes[key] = s.newInode()
	}
	return s.inodes[key]
}

func (s *storage) newInode() uint64 {
	s.next++
	return s.next
}

// modified notes that the guest has changed a file at a time of its clock.
func (s *storage) modified(key fileKey, clock uint64) {
	now := clockStart*nanoseconds + clock
	access := now
	if old, ok := s.times[key]; ok {
		access = old.access
	}
	s.times[key] = fileTimes{access, now, now}
}

// timesOf returns the times of a file.
func (s *storage) timesOf(info fs.FileInfo) fileTimes {
	if times, ok := s.times[keyOf(info)]; ok {
		return times
	}
	at := uint64(info.ModTime().UnixNano())
	return fileTimes{at, at, at}
}

// forget drops what is known of a file that is gone, whose number the host may use again.
func (s *storage) forget(key fileKey) {
	delete(s.inodes, key)
	delete(s.times, key)
	delete(s.pipes, key)
}
