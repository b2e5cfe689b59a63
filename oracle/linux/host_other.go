//go:build !unix

package linux

import (
	"io/fs"
	"os"
)

// openRoot refuses: without inode numbers two names of one file could not be told from two files.
func openRoot(string) (*os.Root, error) { return nil, ErrRoot }

// hostFile is never asked for a file: there is no root.
func hostFile(fs.FileInfo) (key fileKey, links uint64) { return fileKey{}, 1 }
