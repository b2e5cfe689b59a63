package ci

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

const (
	longestFunction = 60 // lines, declaration and closing brace included
	longestCase     = 10 // lines of one case of a switch that makes a longer function a table
	longestWritten  = 25 // the same if a program has written the cases
)

// TestLongFunctionsAreTables checks that a function of more than longestFunction lines consists of one table: a
// composite literal, or a switch of short cases, with fewer than longestFunction lines around it.
func TestLongFunctionsAreTables(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && lines(fset, f) > longestFunction && lines(fset, f)-tableLines(fset, f, caseLimit(file, f)) > longestFunction {
				t.Errorf("%s: %s has %d lines and is no table", fset.Position(f.Pos()), f.Name.Name, lines(fset, f))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 100 {
		t.Fatalf("found %d files", files)
	}
}

// caseLimit returns how long the cases of a table in f may be.
func caseLimit(file *ast.File, f *ast.FuncDecl) int {
	for _, c := range file.Comments {
		if f.Pos() < c.Pos() && c.End() < f.End() && strings.Contains(c.Text(), "-update") {
			return longestWritten
		}
	}
	return longestCase
}

func lines(fset *token.FileSet, n ast.Node) int {
	return fset.Position(n.End()).Line - fset.Position(n.Pos()).Line + 1
}

// tableLines returns the lines of the longest table in f.
func tableLines(fset *token.FileSet, f *ast.FuncDecl, limit int) int {
	longest := 0
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			longest = max(longest, lines(fset, n))
		case *ast.SwitchStmt:
			if shortCases(fset, n.Body, limit) {
				longest = max(longest, lines(fset, n))
			}
		case *ast.TypeSwitchStmt:
			if shortCases(fset, n.Body, limit) {
				longest = max(longest, lines(fset, n))
			}
		}
		return true
	})
	return longest
}

func shortCases(fset *token.FileSet, body *ast.BlockStmt, limit int) bool {
	for _, c := range body.List {
		if lines(fset, c) > limit {
			return false
		}
	}
	return true
}
