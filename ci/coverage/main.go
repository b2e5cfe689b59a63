// Command coverage reads a profile of Go's coverage and prints, for each package, how many statements it reached of those
// that a program can reach: not the exits that name what is unsupported or which rule is broken, and not what a list of
// functions excuses with a reason. It prints the statements never reached.
//
//	coverage MODULE PROFILE EXCUSES
//
// MODULE is the path of the module, in whose folder it runs. Each line of EXCUSES is "package/file.go function: reason"; #
// begins a comment. An excuse for what is reached, or for a function that is not there, is an error.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/cover"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: coverage MODULE PROFILE EXCUSES")
		os.Exit(2)
	}
	if err := report(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	}
}

// tally counts the statements of a package.
type tally struct{ all, exits, excused, reached int }

// share returns the percentage of what is reached.
func (t tally) share() float64 {
	return 100 * float64(t.reached) / float64(max(1, t.all-t.exits-t.excused))
}

// report prints the tallies and what is never reached.
func report(module, profile, excuses string) error {
	profiles, err := cover.ParseProfiles(profile)
	if err != nil {
		return err
	}
	list, err := readExcuses(excuses)
	if err != nil {
		return err
	}
	packages := map[string]*tally{}
	var missed []string
	for _, p := range profiles {
		name := strings.TrimPrefix(p.FileName, module+"/")
		s, err := readSource(name)
		if err != nil {
			return err
		}
		t := packages[path.Dir(name)]
		if t == nil {
			t = new(tally)
			packages[path.Dir(name)] = t
		}
		missed = append(missed, s.count(t, p.Blocks, list)...)
	}
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		t := packages[name]
		fmt.Printf("%s: %.2f %% of %d statements (%d exits that name what is unsupported or broken and %d excused ones left out; %.1f %% with them)\n",
			name, t.share(), t.all-t.exits-t.excused, t.exits, t.excused, 100*float64(t.reached)/float64(t.all))
	}
	for _, line := range missed {
		fmt.Println("  " + line)
	}
	return list.unused()
}

// source is a file of the module.
type source struct {
	name      string
	lines     []string
	functions []function
}

type function struct {
	name       string
	start, end int // lines
}

func readSource(name string) (*source, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, text, 0)
	if err != nil {
		return nil, err
	}
	s := &source{name: name, lines: strings.Split(string(text), "\n")}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			s.functions = append(s.functions, function{f.Name.Name, fset.Position(f.Pos()).Line, fset.Position(f.End()).Line})
		}
	}
	return s, nil
}

// exit matches the text of blocks that end in a named error or a broken rule.
var exit = regexp.MustCompile(`\bunsupported\w*\(|\.fail\(|\.broken\(|panic\(|air\.Unsupported\{|return (nil, )?(f\.)?err\b|return .*\bwhat\b|return "the |return in, bad`)

// count adds the blocks of the file, and returns a line for each that counts and is never reached.
func (s *source) count(t *tally, blocks []cover.ProfileBlock, list excuses) (missed []string) {
	for _, b := range blocks {
		t.all += b.NumStmt
		text := strings.Join(s.lines[b.StartLine-1:b.EndLine], "\n")
		f := s.functionAt(b.StartLine)
		switch {
		case b.Count > 0:
			t.reached += b.NumStmt
		case exit.MatchString(text):
			t.exits += b.NumStmt
		case list.excuses(s.name, f):
			t.excused += b.NumStmt
		case b.NumStmt > 0:
			missed = append(missed, fmt.Sprintf("%s:%d: %s: %s", s.name, b.StartLine, f, strings.TrimSpace(s.lines[min(b.StartLine, b.EndLine-1)])))
		}
	}
	return missed
}

func (s *source) functionAt(line int) string {
	for _, f := range s.functions {
		if f.start <= line && line <= f.end {
			return f.name
		}
	}
	return ""
}

// excuses holds whether the excuse of a function, by "file function", was needed.
type excuses map[string]*bool

func readExcuses(name string) (excuses, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	list := excuses{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if strings.TrimSpace(text) == "" {
			continue
		}
		who, reason, ok := strings.Cut(text, ": ")
		if !ok || strings.TrimSpace(reason) == "" || len(strings.Fields(who)) != 2 {
			return nil, fmt.Errorf("%s:%d: want \"package/file.go function: reason\"", name, n)
		}
		list[strings.Join(strings.Fields(who), " ")] = new(bool)
	}
	return list, lines.Err()
}

func (e excuses) excuses(file, function string) bool {
	used := e[file+" "+function]
	if used != nil {
		*used = true
	}
	return used != nil
}

// unused returns an error that names the excuses that excuse nothing.
func (e excuses) unused() error {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(e)) {
		if !*e[name] {
			names = append(names, name)
		}
	}
	if names == nil {
		return nil
	}
	return fmt.Errorf("nothing to excuse in %s", strings.Join(names, ", "))
}
