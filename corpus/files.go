package corpus

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

//go:embed regress behavior
var files embed.FS

// Folders returns the folders of entries that are embedded in the program.
func Folders() []string { return []string{"regress", "behavior"} }

// Embedded returns the entries of one of the Folders, in the order of their names.
func Embedded(folder string) ([]*Entry, error) {
	listing, err := files.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var entries []*Entry
	for _, file := range listing {
		if !strings.HasSuffix(file.Name(), Extension) {
			continue
		}
		name := folder + "/" + file.Name()
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		e, err := Parse(name, data)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// Load reads entries from files, and from all entry files below folders, in the order of their paths.
func Load(paths ...string) ([]*Entry, error) {
	var entries []*Entry
	for _, root := range paths {
		err := filepath.WalkDir(root, func(path string, file fs.DirEntry, err error) error {
			if err != nil || file.IsDir() || path != root && !strings.HasSuffix(path, Extension) {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			e, err := Parse(path, data)
			if err == nil {
				entries = append(entries, e)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// Write writes an entry to a folder under its name and returns the path. If the folder already holds an entry with the
// same program, runs and options, nothing is written and the path is that of the other entry. The file appears whole or
// not at all, and once Write has returned it survives a crash of the host.
func Write(folder string, e *Entry) (path string, written bool, err error) {
	if e.Name == "" || e.Name != filepath.Base(e.Name) {
		return "", false, fmt.Errorf("corpus: %.60q is not a name for an entry", e.Name)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", false, err
	}
	same, err := filepath.Glob(filepath.Join(escapeGlob(folder), "*-"+e.Hash()+Extension))
	if err != nil {
		return "", false, err
	}
	if len(same) > 0 {
		return same[0], false, nil
	}
	path = filepath.Join(folder, e.Name)
	return path, true, WriteFile(path, Format(e))
}

var globMeta = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`)

func escapeGlob(path string) string { return globMeta.Replace(path) }

// unfinished is the beginning of the names of files that are being written.
const unfinished = ".entry-"

// Sweep removes files from folders that a kill left unfinished. Nothing may be writing there.
func Sweep(folders ...string) error {
	for _, folder := range folders {
		left, err := filepath.Glob(filepath.Join(escapeGlob(folder), unfinished+"*"))
		for _, path := range left {
			err = errors.Join(err, os.Remove(path))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// WriteFile replaces a file atomically and durably, by renaming a finished one beside it.
func WriteFile(path string, data []byte) (err error) {
	folder := filepath.Dir(path)
	file, err := os.CreateTemp(folder, unfinished+"*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	_, err = file.Write(data)
	err = errors.Join(err, file.Chmod(0o644), file.Sync(), file.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return err
	}
	return syncFolder(folder)
}

// syncFolder makes a rename in a folder durable.
func syncFolder(folder string) error {
	dir, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
