// Command planted holds the tests of the oracles to account: it builds them with
// one planted defect after the other, and each must make a test fail.
//
//	planted -root . fuzz/mutants/defects
//
// The defects are files as package mutants reads them, in a folder for each
// oracle. A defect that every test lets pass, or that does not build, makes the
// status 1.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/mutants"
)

// judges are the packages whose tests are asked, by the folder of the defects.
// The tests that compile C programs take longest and are left out: a defect is
// to be found by what tests instructions.
var judges = map[string][]struct{ folder, skip string }{
	"rv64": {{"oracle/rv64", "Csmith|Programs"}, {"fuzz/machine", "^$"}},
	"eval": {{"oracle/eval", "^$"}},
}

func main() {
	root := flag.String("root", ".", "folder of the module's go.mod")
	only := flag.String("only", "", "regular expression of the defects to plant (rv64/mulh)")
	limit := flag.Duration("time", 5*time.Minute, "how long the tests of a package may take")
	flag.Parse()
	survivors, err := run(*root, flag.Args(), *only, *limit)
	if err == nil && survivors > 0 {
		err = fmt.Errorf("%d defects were not caught", survivors)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "planted:", err)
		os.Exit(1)
	}
}

func run(root string, folders []string, only string, limit time.Duration) (survivors int, err error) {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return 0, err
	}
	if root, err = filepath.Abs(root); err != nil {
		return 0, err
	}
	planted := 0
	for _, folder := range folders {
		list, err := load(folder)
		if err != nil {
			return 0, err
		}
		for _, d := range list {
			if !wanted.MatchString(d.oracle + "/" + d.ID) {
				continue
			}
			verdict, caught, err := d.judge(root, limit)
			if err != nil {
				return 0, err
			}
			fmt.Printf("%-28s %s\n", d.oracle+"/"+d.ID, verdict)
			planted++
			if !caught {
				survivors++
			}
		}
	}
	fmt.Printf("%d of %d defects caught\n", planted-survivors, planted)
	return survivors, nil
}

// defect is one of an oracle.
type defect struct {
	mutants.Defect
	oracle string
}

// load reads the defects of the oracles in a folder, in the order of their names.
func load(folder string) ([]defect, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*", "*.txt"))
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	var list []defect
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		d := defect{oracle: filepath.Base(filepath.Dir(file))}
		if d.oracle == "product" { // campaigns hunt these
			continue
		}
		if d.Defect, err = mutants.Parse(file, text); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// judge plants a defect and runs the tests until one fails. What does not build
// is not caught.
func (d *defect) judge(root string, limit time.Duration) (verdict string, caught bool, err error) {
	dir, err := os.MkdirTemp("", "planted")
	if err != nil {
		return "", false, err
	}
	defer os.RemoveAll(dir)
	overlay, err := d.Plant(root, dir)
	if err != nil {
		return "", false, err
	}
	for _, judge := range judges[d.oracle] {
		binary := filepath.Join(dir, "tests")
		build := exec.Command("go", "test", "-c", "-overlay", overlay, "-o", binary, "./"+judge.folder)
		build.Dir = root
		if text, err := build.CombinedOutput(); err != nil {
			return fmt.Sprintf("DOES NOT BUILD: %s", text), false, nil
		}
		test := exec.Command(binary, "-test.failfast", "-test.timeout", limit.String(), "-test.skip", judge.skip)
		test.Dir = filepath.Join(root, filepath.FromSlash(judge.folder))
		text, err := test.CombinedOutput()
		switch {
		case err == nil:
		case bytes.Contains(text, []byte("panic: test timed out")): // it may have been about to pass
			return fmt.Sprintf("NOT DECIDED by %s after %v", judge.folder, limit), false, nil
		default:
			return fmt.Sprintf("caught by %s: %s", judge.folder, failing(text)), true, nil
		}
	}
	return "SURVIVED", false, nil
}

var failure = regexp.MustCompile(`(?m)^--- FAIL: (\S+)|^(panic: .*)`)

// failing names the first test that failed, or the panic that ended them.
func failing(text []byte) []byte {
	if found := failure.FindSubmatch(text); found != nil {
		return bytes.Join(found[1:], nil)
	}
	return []byte("no test is named")
}
