package diff

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/link"
)

// Which functions of package codegen emitted an instruction is recorded while they do. A function that emits nothing, such
// as one that computes an offset, or nothing in this case, leaves no trace: the source says which lowerings call it.

// generator returns which functions of package codegen each of them calls, by name. Methods of one name count as one.
var generator = sync.OnceValue(func() map[string]map[string]bool {
	names, err := codegen.Source.ReadDir(".")
	if err != nil {
		panic("diff: the source of package codegen is embedded: " + err.Error())
	}
	all := map[string]map[string]bool{}
	var decls []*ast.FuncDecl
	for _, name := range names {
		text, err := codegen.Source.ReadFile(name.Name())
		if err != nil || strings.HasSuffix(name.Name(), "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name.Name(), text, parser.SkipObjectResolution)
		if err != nil {
			continue // of a build with other sources
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				decls = append(decls, f)
				all[f.Name.Name] = map[string]bool{}
				declared[f.Name.Name] = link.CodeCall{Func: f.Name.Name, File: "backend/codegen/" + name.Name(), Line: set.Position(f.Pos()).Line}
			}
		}
	}
	for _, d := range decls {
		read(all[d.Name.Name], d, all)
	}
	return all
})

// emits reports of the functions of generator whether they may emit an instruction themselves.
var emits = map[string]bool{}

// declared are where the functions of generator are declared.
var declared = map[string]link.CodeCall{}

// read adds the functions that a declaration calls, or has the values of.
func read(calls map[string]bool, d *ast.FuncDecl, all map[string]map[string]bool) {
	ast.Inspect(d.Body, func(n ast.Node) bool {
		name := ""
		switch n := n.(type) {
		case *ast.CallExpr:
			if called, ok := n.Fun.(*ast.Ident); ok {
				name = called.Name
			}
		case *ast.SelectorExpr:
			name = n.Sel.Name
			if name == "out" || name == "ins" || name == "insImm" {
				emits[d.Name.Name] = true
			}
		}
		if all[name] != nil {
			calls[name] = true
		}
		return true
	})
}

// rarelyShared is how many lowerings may call a function that is listed as one that another calls.
const rarelyShared = 6

// calling lists the functions that those that emitted the code of the value call, of those that emitted none of it and
// that few lowerings call: what they return may be wrong.
func (c *Culprit) calling() {
	if len(c.Places) == 0 {
		return
	}
	listed := map[string]bool{}
	for _, p := range append(slices.Clone(c.Places), c.Others...) {
		listed[p.Func] = true
	}
	called := map[string]bool{}
	for name := range listed {
		maps.Copy(called, generator()[name])
	}
	for _, name := range slices.Sorted(maps.Keys(called)) {
		if n := Callers(name); !listed[name] && n > 0 && n <= rarelyShared && len(c.Calls) < maxOthers {
			c.Calls = append(c.Calls, declared[name])
		}
	}
}

// via notes the functions that had a part in the wrong value.
func (c *Culprit) via() {
	seen := map[string]bool{}
	var open []string
	add := func(name string) bool {
		isNew := generator()[name] != nil && !seen[name]
		seen[name] = seen[name] || isNew
		return isNew
	}
	for clue := range c.Clues {
		if at, name, ok := strings.Cut(clue, " "); ok && strings.HasPrefix(at, "backend/codegen/") && add(name) {
			open = append(open, name)
		}
	}
	for _, p := range slices.Concat(c.Places, c.Others) {
		if add(p.Func) {
			open = append(open, p.Func)
		}
	}
	for len(open) > 0 {
		calls := generator()[open[0]]
		open = open[1:]
		for name := range calls {
			if add(name) && !emits[name] {
				open = append(open, name)
			}
		}
	}
	c.Via = slices.Sorted(maps.Keys(seen))
}

// Helpers returns the functions of package codegen that a lowering calls, directly or not, in the order of their names.
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
		calls := generator()[open[0]]
		open = open[1:]
		for name := range calls {
			if seen[name] {
				continue
			}
			seen[name] = true
			open = append(open, name)
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// callers are how many lowerings of the handler table call each function.
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

// Callers returns how many lowerings call a function.
func Callers(helper string) int { return callers()[helper] }
