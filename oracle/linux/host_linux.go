package linux

import (
	"io/fs"
	"os"
	"syscall"
)

// makeHostPipe makes a named pipe in a directory.
func makeHostPipe(folder *os.File, name string, mode fs.FileMode) error {
	return syscall.Mknodat(int(folder.Fd()), name, syscall.S_IFIFO|uint32(mode), 0)
}
