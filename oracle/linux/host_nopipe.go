//go:build !linux

package linux

import (
	"io/fs"
	"os"
	"syscall"
)

// makeHostPipe fails: the hosts other than Linux do not make a named pipe relative to an open directory.
func makeHostPipe(*os.File, string, fs.FileMode) error { return syscall.EPERM }
