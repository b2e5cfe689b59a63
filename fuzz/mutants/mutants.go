// Package mutants measures what the suite can find, by planting defects: real
// ones that code generators had. Each is a file that names a source file, a text that
// must occur in it exactly once, and what to put in its place. The product is
// built with `go build -overlay`, so it carries no switch for any of this.
//
//	# The displacement of a frame slot is ignored.
//	id: frame-disp-dropped
//	file: backend/mir/frame.go
//
//	-- find --
//	loc.Disp + m.Disp
//	-- replace --
//	loc.Disp
//
// Load reads the defects, Plant checks one against the tree and writes the
// overlay, and Measure builds the probe with it and lets it hunt.
package mutants

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/txtar"
)

// Defect is one planted defect.
type Defect struct {
	ID   string
	File string // from the module's root, with slashes
	// Note says what the defect is and where it happened.
	Note          string
	Find, Replace string
}

//go:embed defects
var defects embed.FS

// Load gives the defects of this package in the order of their names.
func Load() ([]Defect, error) {
	files, err := fs.Glob(defects, "defects/product/*.txt")
	if err != nil {
		return nil, err
	}
	list := make([]Defect, len(files))
	for i, name := range files {
		text, err := defects.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if list[i], err = Parse(name, text); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Parse reads one defect; name is what errors call the file.
func Parse(name string, text []byte) (Defect, error) {
	archive := txtar.Parse(text)
	var d Defect
	for n, line := range strings.Split(string(archive.Comment), "\n") {
		key, value, _ := strings.Cut(line, ":")
		switch value = strings.TrimSpace(value); {
		case strings.TrimSpace(line) == "":
		case strings.HasPrefix(line, "#"):
			d.Note = strings.TrimSpace(d.Note + " " + strings.TrimSpace(line[1:]))
		case key == "id":
			d.ID = value
		case key == "file":
			d.File = value
		default:
			return d, fmt.Errorf("%s:%d: %q is neither a note nor an id or file line", name, n+1, line)
		}
	}
	for _, f := range archive.Files {
		switch body := strings.TrimSuffix(string(f.Data), "\n"); f.Name {
		case "find":
			d.Find = body
		case "replace":
			d.Replace = body
		default:
			return d, fmt.Errorf("%s: section %q is neither find nor replace", name, f.Name)
		}
	}
	if d.ID == "" || d.File == "" || d.Find == "" || d.Find == d.Replace {
		return d, fmt.Errorf("%s: id, file, or a text to find and a different one to replace it are missing", name)
	}
	return d, nil
}

// Apply gives the defect's file with the defect in it. It is an error if the
// text is not found there exactly once.
func (d *Defect) Apply(root string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(d.File)))
	if err != nil {
		return nil, fmt.Errorf("defect %s: %w", d.ID, err)
	}
	if n := bytes.Count(text, []byte(d.Find)); n != 1 {
		return nil, fmt.Errorf("defect %s: its text occurs %d times in %s, not once", d.ID, n, d.File)
	}
	return bytes.Replace(text, []byte(d.Find), []byte(d.Replace), 1), nil
}

// Plant writes the changed file and the overlay that puts it in place into
// dir, and gives the path of the overlay for `go build -overlay`.
func (d *Defect) Plant(root, dir string) (overlay string, err error) {
	text, err := d.Apply(root)
	if err != nil {
		return "", err
	}
	changed := filepath.Join(dir, d.ID+".go")
	if err := os.WriteFile(changed, text, 0o644); err != nil {
		return "", err
	}
	replace := map[string]map[string]string{"Replace": {filepath.Join(root, filepath.FromSlash(d.File)): changed}}
	data, err := json.Marshal(replace)
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, d.ID+".json")
	return overlay, os.WriteFile(overlay, data, 0o644)
}
