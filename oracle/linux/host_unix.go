//go:build unix

package linux

import (
	"io/fs"
	"os"
	"syscall"
)

// openRoot opens the directory that the guest sees as its root directory.
func openRoot(dir string) (*os.Root, error) { return os.OpenRoot(dir) }

// hostFile returns what tells a file from all others of the host, and how many names it has.
func hostFile(info fs.FileInfo) (key fileKey, links uint64) {
	host, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fileKey{}, 1
	}
	return fileKey{uint64(host.Dev), uint64(host.Ino)}, uint64(host.Nlink)
}
