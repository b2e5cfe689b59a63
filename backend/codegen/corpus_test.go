package codegen_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/emit"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
	"github.com/rvfuzz/rvfuzz/backend/lower"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/corpus/zigair"
)

// dumps gives the files of Zig's dumped AIR, or skips.
func dumps(t testing.TB, folder string) []string {
	dir, _ := os.Getwd()
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "..", "shared", "data", "zig-air", folder, "*.jsonl.gz"))
	if len(files) == 0 {
		t.Skip("no dumps of Zig's AIR: ../shared/data/zig-air is absent")
	}
	return files
}

func readSuite(t testing.TB, file string) *zigair.Suite {
	r, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s, err := zigair.Read(r, filepath.Base(file))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCompileDumps(t *testing.T) {
	for _, folder := range []string{"debug", "std-debug"} {
		gen := codegen.NewGenerator()
		reasons := map[string]int{}
		good, all := 0, 0
		for _, file := range dumps(t, folder) {
			s := readSuite(t, file)
			for _, f := range s.Module.Funcs {
				if len(f.Body) == 0 {
					continue
				}
				all++
				err := func() (err error) {
					defer func() {
						if p := recover(); p != nil {
							err = fmt.Errorf("PANIC %v", p)
						}
					}()
					fn, err := gen.Generate(f, s.Module, liveness.Analyze(f), codegen.Options{Verify: true, Marks: true})
					if err != nil {
						return err
					}
					if err := mir.Verify(fn); err != nil {
						return err
					}
					code, err := lower.Lower(fn)
					if err != nil {
						return err
					}
					_, err = emit.Emit(code, emit.Options{})
					return err
				}()
				if err == nil {
					good++
					continue
				}
				reasons[fmt.Sprintf("%s: %v", filepath.Base(file), err)]++
			}
		}
		t.Logf("%s: %d of %d functions", folder, good, all)
		var list []string
		for r, n := range reasons {
			list = append(list, fmt.Sprintf("%5d %s", n, r))
		}
		sort.Strings(list)
		for _, l := range list {
			t.Log(l)
		}
	}
}
