// Command translate makes the AIR text of the runtime library from the Go text in folder source:
//
//	go run ./translate source/*.go
//
// It takes the part of Go that the library needs: functions of uint64 and bool, int64 in conversions, []uint64 as a
// pointer to limbs without a length, local arrays, tables at package level; var, :=, =, op=, if, for, break, continue,
// return. A function of file intrinsics.go stands for AIR. One file of AIR is written per file of Go.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	_ "github.com/rvfuzz/rvfuzz/backend/runtime/source" // what is translated compiles
)

// intrinsics is the file whose functions are not translated.
const intrinsics = "intrinsics.go"

func main() {
	if err := translateFiles(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "translate:", err)
		os.Exit(1)
	}
}

// translateFiles writes NAME.air into the parent of the folder of each NAME.go.
func translateFiles(names []string) error {
	fset := token.NewFileSet()
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return strings.HasSuffix(n, "_test.go") })
	var files []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			return err
		}
		if filepath.Base(name) == intrinsics {
			dropBodies(file)
		}
		files = append(files, file)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	if _, err := new(types.Config).Check("source", fset, files, info); err != nil {
		return err
	}
	for n, file := range files {
		base := filepath.Base(names[n])
		if base == intrinsics {
			continue
		}
		t := &translator{fset: fset, info: info}
		if err := t.file(file); err != nil {
			return err
		}
		out := filepath.Join(filepath.Dir(names[n]), "..", strings.TrimSuffix(base, ".go")+".air")
		if err := os.WriteFile(out, []byte(t.out.String()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// dropBodies leaves the declarations of functions only.
func dropBodies(file *ast.File) {
	kept := file.Decls[:0]
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			f.Body = nil
			kept = append(kept, f)
		}
	}
	file.Decls, file.Imports = kept, nil
}
