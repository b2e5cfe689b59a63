// Package mutants measures what the suite can find, by planting defects: in the product, where a campaign must find
// them, and in the oracles, where their tests must fail. Most are real ones that code generators had. Each is a file
// that names a source file, a text that must occur in it exactly once, and what to put in its place. The sources are
// built with `go build -overlay`, so they carry no switch for any of this.
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
// The folders of defects are their targets. Load returns the defects, Plant checks one against the tree and writes the
// overlay, and Measure builds with it and lets a campaign hunt, or runs the tests of the oracle.
package mutants

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// Product is the target of the defects that campaigns must find. The other targets are oracles.
const Product = "product"

// Defect is one planted defect.
type Defect struct {
	Target string // Product, or the folder of an oracle: eval, rv64
	ID     string // unique for its target
	File   string // from the module's root, with slashes
	// Note is what the defect is and where it happened.
	Note          string
	Find, Replace string

	span span // where Find stands, if it is not found by its text
}

// Name returns the target and the ID, as in "product/gt-not-swapped".
func (d *Defect) Name() string { return d.Target + "/" + d.ID }

//go:embed defects
var defects embed.FS

// Load returns all defects in the order of their names.
func Load() ([]Defect, error) {
	files, err := fs.Glob(defects, "defects/*/*.txt")
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
		list[i].Target = path.Base(path.Dir(name))
	}
	return list, nil
}

// Select returns the defects of a list that the names mean: a target, a name as Name returns it, or the ID of a defect
// of the product. A name that means none is an error. No names mean the defects of the product.
func Select(list []Defect, names []string) ([]Defect, error) {
	if len(names) == 0 {
		names = []string{Product}
	}
	var chosen []Defect
	for _, name := range names {
		before := len(chosen)
		for _, d := range list {
			if name == d.Target || name == d.Name() || d.Target == Product && name == d.ID {
				chosen = append(chosen, d)
			}
		}
		if len(chosen) == before {
			return nil, fmt.Errorf("there is no defect %.60q", name)
		}
	}
	return chosen, nil
}

// Parse reads one defect; name is what errors call the file.
func Parse(name string, text []byte) (Defect, error) {
	archive := txtar.Parse(text)
	var d Defect
	if err := d.parseHead(name, string(archive.Comment)); err != nil {
		return d, err
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

// parseHead reads the lines before the sections.
func (d *Defect) parseHead(name, head string) error {
	for n, line := range strings.Split(head, "\n") {
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
			return fmt.Errorf("%s:%d: %q is neither a note nor an id or file line", name, n+1, line)
		}
	}
	return nil
}

// spaces are what gofmt changes within a line when a row beside it gets longer.
var spaces = regexp.MustCompile(` +`)

// Apply returns the text of the defect's file with the defect in it. It is an error if the text to find does not occur
// exactly once; how many spaces stand between two words of a line does not matter.
func (d *Defect) Apply(root string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(d.File)))
	if err != nil {
		return nil, fmt.Errorf("defect %s: %w", d.Name(), err)
	}
	from, to, err := d.find(text)
	if err != nil {
		return nil, err
	}
	return slices.Concat(text[:from], []byte(d.Replace), text[to:]), nil
}

// find returns the place of the text to find in the defect's file.
func (d *Defect) find(text []byte) (from, to int, err error) {
	if s := d.span; s.to > s.from && s.to <= len(text) && string(text[s.from:s.to]) == d.Find {
		return s.from, s.to, nil
	}
	find, err := regexp.Compile(spaces.ReplaceAllString(regexp.QuoteMeta(d.Find), " +"))
	if err != nil {
		return 0, 0, fmt.Errorf("defect %s: %w", d.Name(), err)
	}
	at := find.FindAllIndex(text, -1)
	if len(at) != 1 {
		return 0, 0, fmt.Errorf("defect %s: its text occurs %d times in %s, not once", d.Name(), len(at), d.File)
	}
	return at[0][0], at[0][1], nil
}

// Plant writes the changed file, and the overlay that puts it in place, into dir. It returns the path of the overlay
// for `go build -overlay`.
func (d *Defect) Plant(root, dir string) (overlay string, err error) {
	text, err := d.Apply(root)
	if err != nil {
		return "", err
	}
	o := overlayOf{root: root, dir: dir, replace: map[string]string{}}
	o.write(d.File, text)
	return o.finish(d.ID)
}
