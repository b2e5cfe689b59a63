package mutants

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// planted is the package, of the overlay only, that holds the switches. Variables of the environment turn them on, by
// their numbers, comma-separated, and name a file that is made when one is reached.
const (
	planted         = "internal/planted"
	plantedVariable = "RVFUZZ_PLANTED"
	reachedVariable = "RVFUZZ_PLANTED_REACHED"
)

// plantedProbe is the file, of the overlay only, by which the probe turns the switches itself.
const (
	plantedProbe       = "fuzz/mutants/probe/planted.go"
	plantedProbeSource = "package main\n\nimport %q\n\nfunc init() { on, met = planted.On[:], planted.Met[:] }\n"
)

const plantedSource = `package planted

import (
	"os"
	"strconv"
	"strings"
	"sync"
)

// On are the defects that are turned on, and Met those whose function was called, on or not.
var On, Met [%d]bool

var Reach = sync.OnceFunc(func() {
	if name := os.Getenv(%q); name != "" {
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			panic(err)
		}
	}
})

func init() {
	for _, word := range strings.Split(os.Getenv(%q), ",") {
		if n, err := strconv.Atoi(word); err == nil {
			On[n] = true
		}
	}
}
`

// PlantSwitches writes an overlay with defects that each lie within one function, and are off unless the environment
// turns them on: the function begins with a call of a changed copy of itself. One build so serves all defects, alone or
// together. It returns the overlay and which of the defects it has; the others need a build of their own.
func PlantSwitches(list []Defect, root, dir string) (overlay string, switched []bool, err error) {
	switched = make([]bool, len(list))
	files := map[string]*switchedFile{}
	for n := range list {
		d := &list[n]
		f := files[d.File]
		if f == nil {
			if f, err = readSwitched(root, d.File); err != nil {
				return "", nil, err
			}
			files[d.File] = f
		}
		if switched[n], err = f.add(d, root, n); err != nil {
			return "", nil, err
		}
	}
	module, err := modulePath(root)
	if err != nil {
		return "", nil, err
	}
	o := overlayOf{root: root, dir: dir, replace: map[string]string{}}
	o.write(planted+"/planted.go", fmt.Appendf(nil, plantedSource, len(list), reachedVariable, plantedVariable))
	o.write(plantedProbe, fmt.Appendf(nil, plantedProbeSource, module+"/"+planted))
	for name, f := range files {
		o.write(name, f.text(module))
	}
	overlay, err = o.finish("switches")
	return overlay, switched, err
}

// modulePath returns the path of the module in a folder.
func modulePath(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(strings.TrimPrefix(first, "module")), nil
}

// overlayOf writes the files of an overlay into a folder.
type overlayOf struct {
	root, dir string
	replace   map[string]string
	err       error
}

func (o *overlayOf) write(name string, text []byte) {
	changed := filepath.Join(o.dir, strings.ReplaceAll(name, "/", "_"))
	o.replace[filepath.Join(o.root, filepath.FromSlash(name))] = changed
	if err := os.WriteFile(changed, text, 0o644); o.err == nil {
		o.err = err
	}
}

// finish writes the overlay itself and returns its path for `go build -overlay`.
func (o *overlayOf) finish(name string) (string, error) {
	data, err := json.Marshal(map[string]map[string]string{"Replace": o.replace})
	if o.err == nil {
		o.err = err
	}
	path := filepath.Join(o.dir, name+".json")
	if err := os.WriteFile(path, data, 0o644); o.err == nil {
		o.err = err
	}
	return path, o.err
}

// switchedFile is a source file with the switches of its defects.
type switchedFile struct {
	name   string // full, for line directives
	source []byte
	parsed *ast.File
	files  *token.FileSet
	at     map[int][]byte // calls of the copies, by their place in the source
	copies bytes.Buffer
}

func readSwitched(root, name string) (*switchedFile, error) {
	f := &switchedFile{name: filepath.Join(root, filepath.FromSlash(name)), files: token.NewFileSet(), at: map[int][]byte{}}
	var err error
	if f.source, err = os.ReadFile(f.name); err != nil {
		return nil, err
	}
	f.parsed, err = parser.ParseFile(f.files, name, f.source, parser.SkipObjectResolution)
	return f, err
}

// text returns the file with its switches. All of the source stays on its lines.
func (f *switchedFile) text(module string) []byte {
	f.at[f.offset(f.parsed.Name.End())] = fmt.Appendf(nil, "; import %q", module+"/"+planted)
	if f.copies.Len() == 0 {
		return f.source
	}
	var out bytes.Buffer
	for i, b := range f.source {
		out.Write(f.at[i])
		out.WriteByte(b)
	}
	out.Write(f.copies.Bytes())
	return out.Bytes()
}

func (f *switchedFile) offset(p token.Pos) int { return f.files.Position(p).Offset }

// add adds the switch of a defect and reports whether it could.
func (f *switchedFile) add(d *Defect, root string, n int) (bool, error) {
	old, err := d.enclosing(f)
	if err != nil || old == nil {
		return false, err
	}
	text, err := d.Apply(root)
	if err != nil {
		return false, err
	}
	files := token.NewFileSet()
	changed, err := parser.ParseFile(files, d.File, text, parser.SkipObjectResolution)
	if err != nil {
		return false, fmt.Errorf("defect %s: %w", d.Name(), err)
	}
	for _, decl := range changed.Decls {
		now, ok := decl.(*ast.FuncDecl)
		if !ok || FuncName(now) != FuncName(old) {
			continue
		}
		call, ok := callOf(old, fmt.Sprintf("%s%s%d", old.Name.Name, copySuffix, n))
		if !ok {
			return false, nil
		}
		at := f.offset(old.Body.Lbrace) + 1
		f.at[at] = fmt.Appendf(f.at[at], " planted.Met[%d] = true; if planted.On[%d] { planted.Reach(); %s }; ", n, n, call)
		name, end := files.Position(now.Name.End()).Offset, files.Position(now.End()).Offset
		begin := files.Position(now.Pos())
		fmt.Fprintf(&f.copies, "\n//line %s:%d\n%s%s%d%s\n", f.name, begin.Line, text[begin.Offset:name], copySuffix, n, text[name:end])
		return true, nil
	}
	return false, nil
}

// copySuffix stands between the name of a function and the number of the defect in its copy.
const copySuffix = "Planted"

// callOf returns the statements that call a function in the place of another of the same signature; false where a
// parameter has no name.
func callOf(f *ast.FuncDecl, name string) (string, bool) {
	var args []string
	for _, p := range f.Type.Params.List {
		for _, n := range p.Names {
			arg := n.Name
			if _, ok := p.Type.(*ast.Ellipsis); ok {
				arg += "..."
			}
			args = append(args, arg)
		}
		if len(p.Names) == 0 {
			return "", false
		}
	}
	if f.Recv != nil {
		if len(f.Recv.List[0].Names) == 0 {
			return "", false
		}
		name = f.Recv.List[0].Names[0].Name + "." + name
	}
	call := name + "(" + strings.Join(args, ", ") + ")"
	if f.Type.Results == nil {
		return call + "; return", true
	}
	return "return " + call, true
}

// FuncName returns the name of a function with that of its receiver, as in "(*function).add" or "low12".
func FuncName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	switch t := f.Recv.List[0].Type.(type) {
	case *ast.StarExpr:
		if id, ok := t.X.(*ast.Ident); ok {
			return "(*" + id.Name + ")." + f.Name.Name
		}
	case *ast.Ident:
		return t.Name + "." + f.Name.Name
	}
	return f.Name.Name
}

// enclosing returns the function that has the text of a defect, nil where it is outside of functions.
func (d *Defect) enclosing(f *switchedFile) (*ast.FuncDecl, error) {
	from, to, err := d.find(f.source)
	if err != nil {
		return nil, err
	}
	for _, decl := range f.parsed.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && f.offset(fn.Pos()) <= from && to <= f.offset(fn.End()) {
			return fn, nil
		}
	}
	// A text may begin or end beyond its function: the function is the one that has where it changes.
	common := 0
	for common < len(d.Find) && common < len(d.Replace) && d.Find[common] == d.Replace[common] {
		common++
	}
	for _, decl := range f.parsed.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && f.offset(fn.Pos()) <= from+common && from+common < f.offset(fn.End()) {
			return fn, nil
		}
	}
	return nil, nil
}

// locate returns the file of a defect and the function that has its text, nil where it is outside of functions.
func (d *Defect) locate(root string) (*switchedFile, *ast.FuncDecl, error) {
	f, err := readSwitched(root, d.File)
	if err != nil {
		return nil, nil, err
	}
	fn, err := d.enclosing(f)
	return f, fn, err
}

// Function returns the name of the function that has the text of a defect, "" where it is outside of functions.
func (d *Defect) Function(root string) (string, error) {
	_, fn, err := d.locate(root)
	if fn == nil {
		return "", err
	}
	return FuncName(fn), err
}

// Functions returns the names, without receivers, of the function that has the text of a defect and of those in the same
// file that call it, directly or not. A defect outside of functions has none.
func (d *Defect) Functions(root string) (string, error) {
	f, fn, err := d.locate(root)
	if fn == nil {
		return "", err
	}
	names := []string{fn.Name.Name}
	for n := 0; n < len(names); n++ {
		for _, decl := range f.parsed.Decls {
			caller, ok := decl.(*ast.FuncDecl)
			if !ok || slices.Contains(names, caller.Name.Name) {
				continue
			}
			ast.Inspect(caller, func(node ast.Node) bool {
				if id, ok := node.(*ast.Ident); ok && id.Name == names[n] && !slices.Contains(names, caller.Name.Name) {
					names = append(names, caller.Name.Name)
				}
				return true
			})
		}
	}
	return strings.Join(names, " "), nil
}
