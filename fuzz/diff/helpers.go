package diff

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"sync"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
)

// Which functions of package codegen emitted an instruction is recorded while they do. A function that emits nothing,
// such as one that computes an offset, leaves no trace: for those the source says which lowerings call them.

// generatorFunc is a function of package codegen.
type generatorFunc struct {
	calls map[string]bool
	emits bool
}

// generator returns the functions of package codegen by name. Methods of one name count as one.
var generator = sync.OnceValue(func() map[string]*generatorFunc {
	names, err := codegen.Source.ReadDir(".")
	if err != nil {
		panic("diff: the source of package codegen is embedded: " + err.Error())
	}
	all := map[string]*generatorFunc{}
	var decls []*ast.FuncDecl
	for _, name := range names {
		text, err := codegen.Source.ReadFile(name.Name())
		if err != nil || strings.HasSuffix(name.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name.Name(), text, parser.SkipObjectResolution)
		if err != nil {
			continue // of a build with other sources
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				decls = append(decls, f)
				all[f.Name.Name] = &generatorFunc{calls: map[string]bool{}}
			}
		}
	}
	for _, d := range decls {
		all[d.Name.Name].read(d, all)
	}
	spread(all)
	return all
})

// read adds what a declaration calls.
func (f *generatorFunc) read(d *ast.FuncDecl, all map[string]*generatorFunc) {
	ast.Inspect(d.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if name, ok := n.Fun.(*ast.Ident); ok && all[name.Name] != nil {
				f.calls[name.Name] = true
			}
		case *ast.SelectorExpr: // of a call, or the value of a method
			if all[n.Sel.Name] != nil {
				f.calls[n.Sel.Name] = true
			}
			if x, ok := n.X.(*ast.SelectorExpr); ok && x.Sel.Name == "out" {
				f.emits = true
			}
		}
		return true
	})
}

// spread marks the functions that call those that emit.
func spread(all map[string]*generatorFunc) {
	for changed := true; changed; {
		changed = false
		for _, f := range all {
			for name := range f.calls {
				if all[name].emits && !f.emits {
					f.emits, changed = true, true
				}
			}
		}
	}
}

// Helpers returns the functions that emit nothing and that a lowering calls, directly or not, in the order of their
// names.
func Helpers(lowering string) []string {
	if known, ok := helpersOf.Load(lowering); ok {
		return known.([]string)
	}
	found := helpers(lowering)
	helpersOf.Store(lowering, found)
	return found
}

// helpersOf are the results of Helpers by lowering.
var helpersOf sync.Map

func helpers(lowering string) []string {
	seen := map[string]bool{lowering: true}
	var found []string
	for open := []string{lowering}; len(open) > 0; {
		f := generator()[open[0]]
		open = open[1:]
		if f == nil {
			continue
		}
		for name := range f.calls {
			if seen[name] {
				continue
			}
			seen[name] = true
			open = append(open, name)
			if !generator()[name].emits {
				found = append(found, name)
			}
		}
	}
	slices.Sort(found)
	return found
}

// callers are how many lowerings of the handler table call each function that emits nothing.
var callers = sync.OnceValue(func() map[string]int {
	lowerings := map[string]bool{}
	for tag := range air.NumTags {
		for class := range codegen.NumTypeClasses {
			if name, _, _ := codegen.Lowering(air.Tag(tag), class); name != "" {
				lowerings[name] = true
			}
		}
	}
	n := map[string]int{}
	for name := range lowerings {
		for _, helper := range Helpers(name) {
			n[helper]++
		}
	}
	return n
})

// Callers returns how many lowerings call a function that emits nothing.
func Callers(helper string) int { return callers()[helper] }
