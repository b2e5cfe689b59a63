package mutants

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

// operatorPackages are the packages that Operators mutates.
var operatorPackages = []string{"backend/codegen", "backend/legalize", "backend/lower", "backend/emit", "backend/abi", "backend/link",
	"backend/liveness", "isa/internal/table"}

// Operators returns n defects of the product that one token makes: a comparison or an arithmetic or logical operator replaced
// by its neighbour, a number off by one, a condition negated, a statement dropped, two operands exchanged. They are drawn with
// the seed from every place where the mutated package still type-checks; root is the folder of go.mod.
func Operators(root string, seed uint64, n int) ([]Defect, error) {
	paths := make([]string, len(operatorPackages))
	for i, p := range operatorPackages {
		paths[i] = "./" + p
	}
	loaded, err := packages.Load(&packages.Config{Dir: root, Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax |
		packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports}, paths...)
	if err != nil {
		return nil, err
	}
	var all []mutation
	for _, p := range loaded { // in the order of their paths
		if len(p.Errors) > 0 {
			return nil, p.Errors[0]
		}
		found, err := mutations(p)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	random := rand.New(rand.NewPCG(seed, 0))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var list []Defect
	for i := range all {
		if len(list) == n {
			break
		}
		if all[i].typeChecks() {
			list = append(list, all[i].defect())
		}
	}
	return list, nil
}

// mutation replaces bytes of a file of a package by a text.
type mutation struct {
	of       *packages.Package
	file     string // from the module's root
	source   []byte
	span     span
	text     string
	operator string
	place    string // the function and the line: "moveRegister:86"
}

// span is the bytes of a text from one offset up to another.
type span struct{ from, to int }

// apply returns the source with the mutation in it.
func (m *mutation) apply() []byte {
	return slices.Concat(m.source[:m.span.from], []byte(m.text), m.source[m.span.to:])
}

// defect returns the mutation as a defect, which is named by its place.
func (m *mutation) defect() Defect {
	old := string(m.source[m.span.from:m.span.to])
	return Defect{
		Target: Product, File: m.file, Find: old, Replace: m.text, span: m.span,
		ID:   fmt.Sprintf("%s-%d-%s", strings.ReplaceAll(strings.TrimSuffix(m.file, ".go"), "/", "-"), m.span.from, m.operator),
		Note: fmt.Sprintf("%s:%s: %s: %.60q becomes %.60q", m.file, m.place, m.operator, old, m.text),
	}
}

// typeChecks reports whether the package still does.
func (m *mutation) typeChecks() bool {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, path := range m.of.GoFiles {
		var text any
		if strings.HasSuffix(filepath.ToSlash(path), m.file) {
			text = m.apply()
		}
		f, err := parser.ParseFile(fset, path, text, parser.SkipObjectResolution)
		if err != nil {
			return false
		}
		files = append(files, f)
	}
	config := types.Config{Importer: imports(m.of.Imports), Error: func(error) {}}
	_, err := config.Check(m.of.PkgPath, fset, files, nil)
	return err == nil
}

// imports finds the packages that a package imports.
type imports map[string]*packages.Package

// Import returns a package by its path.
func (i imports) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if p := i[path]; p != nil {
		return p.Types, nil
	}
	return nil, fmt.Errorf("%s is not imported", path)
}

// mutations returns every mutation of a package, in the order of its files.
func mutations(p *packages.Package) ([]mutation, error) {
	var all []mutation
	_, folder, _ := strings.Cut(p.PkgPath, "/rvfuzz/rvfuzz/")
	for i, tree := range p.Syntax {
		source, err := os.ReadFile(p.GoFiles[i])
		if err != nil {
			return nil, err
		}
		c := collector{mutation: mutation{of: p, file: folder + "/" + filepath.Base(p.GoFiles[i]), source: source}}
		for _, d := range tree.Decls {
			c.function = "table"
			if f, ok := d.(*ast.FuncDecl); ok {
				c.function = f.Name.Name
			}
			if g, ok := d.(*ast.GenDecl); !ok || g.Tok == token.VAR {
				ast.Inspect(d, c.visit)
			}
		}
		all = append(all, c.found...)
	}
	return all, nil
}

// collector collects the mutations of a file.
type collector struct {
	mutation
	function string
	found    []mutation
}

func (c *collector) add(operator string, from, to token.Pos, text string) {
	at := c.of.Fset.Position(from)
	m := c.mutation
	m.operator, m.text, m.span = operator, text, span{at.Offset, at.Offset + int(to-from)}
	m.place = fmt.Sprintf("%s:%d", c.function, at.Line)
	c.found = append(c.found, m)
}

// source returns the text of a node.
func (c *collector) sourceOf(n ast.Node) string {
	from, to := c.of.Fset.Position(n.Pos()).Offset, c.of.Fset.Position(n.End()).Offset
	return string(c.source[from:to])
}

// neighbours are the operators that take the place of each other.
var neighbours = map[token.Token]struct {
	operator string
	becomes  token.Token
}{
	token.LSS: {"comparison", token.LEQ}, token.LEQ: {"comparison", token.LSS},
	token.GTR: {"comparison", token.GEQ}, token.GEQ: {"comparison", token.GTR},
	token.EQL: {"comparison", token.NEQ}, token.NEQ: {"comparison", token.EQL},
	token.ADD: {"arithmetic", token.SUB}, token.SUB: {"arithmetic", token.ADD},
	token.MUL: {"arithmetic", token.ADD}, token.SHL: {"arithmetic", token.SHR}, token.SHR: {"arithmetic", token.SHL},
	token.AND: {"logic", token.OR}, token.OR: {"logic", token.AND}, token.AND_NOT: {"logic", token.AND},
	token.LAND: {"logic", token.LOR}, token.LOR: {"logic", token.LAND},
}

// visit adds the mutations of one node.
func (c *collector) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if other, ok := neighbours[n.Op]; ok {
			c.add(other.operator, n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), other.becomes.String())
		}
	case *ast.BasicLit:
		if v, err := strconv.ParseInt(n.Value, 0, 64); n.Kind == token.INT && err == nil {
			c.add("number", n.Pos(), n.End(), strconv.FormatInt(v+1, 10))
		}
	case *ast.IfStmt:
		c.add("condition", n.Cond.Pos(), n.Cond.End(), "!("+c.sourceOf(n.Cond)+")")
	case *ast.ExprStmt:
		c.add("statement", n.Pos(), n.End(), "")
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			c.add("statement", n.Pos(), n.End(), "")
		}
	case *ast.CallExpr:
		if call := c.sourceOf(n.Fun); call != "panic" && !strings.Contains(call, "Errorf") {
			c.exchange("arguments", n.Args)
		}
	case *ast.CompositeLit:
		c.fields(n.Elts)
	}
	return true
}

// exchange exchanges each two neighbours of a list that differ.
func (c *collector) exchange(operator string, list []ast.Expr) {
	for i := 1; i < len(list); i++ {
		a, b := list[i-1], list[i]
		if first, second := c.sourceOf(a), c.sourceOf(b); first != second {
			between := string(c.source[c.of.Fset.Position(a.End()).Offset:c.of.Fset.Position(b.Pos()).Offset])
			c.add(operator, a.Pos(), b.End(), second+between+first)
		}
	}
}

// fields exchanges the registers of an instruction.
func (c *collector) fields(list []ast.Expr) {
	for i := 1; i < len(list); i++ {
		a, isKeyed := list[i-1].(*ast.KeyValueExpr)
		b, alsoKeyed := list[i].(*ast.KeyValueExpr)
		if !isKeyed || !alsoKeyed {
			continue
		}
		x, y := c.sourceOf(a.Key), c.sourceOf(b.Key)
		if isRegister(x) && isRegister(y) {
			c.add("registers", a.Key.Pos(), b.End(), y+": "+c.sourceOf(a.Value)+", "+x+": "+c.sourceOf(b.Value))
		}
	}
}

func isRegister(field string) bool { return strings.HasPrefix(field, "R") && len(field) <= 3 }
