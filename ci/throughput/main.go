// Command throughput measures how fast this tree compiles the functions of Zig's dumps, for ci/throughput.sh, which
// compares two commits: it puts this file into the older one too. So it uses only what both have.
//
//	throughput --list FOLDER...      prints the functions that compile, "file function" a line
//	throughput --text DIR LIST FOLDER...   writes the modules of those functions as AIR text
//	throughput LIST FOLDER...        compiles the functions listed
//
// The last form prints the machine instructions compiled per second of processor time in user mode, in thousands, and
// the bytes and the allocations for each AIR instruction.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/corpus/zigair"
)

// compile compiles a module. The newer tree has one that uses its memory again.
var compile = func(m *air.Module) (*link.Image, error) { return backend.Compile(m, backend.Options{}) }

func main() {
	list := flag.Bool("list", false, "print the functions that compile")
	text := flag.String("text", "", "write the modules as AIR text to this folder")
	profile := flag.String("profile", "", "write a profile of the processor time to this file")
	flag.Uint64Var(&rounds, "rounds", rounds, "how often each module is compiled")
	flag.Parse()
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "throughput:", err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	if err := run(*list, *text, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "throughput:", err)
		os.Exit(1)
	}
}

func run(list bool, text string, args []string) error {
	if list {
		return each(args, nil, printSupported)
	}
	wanted, err := readList(args[0])
	if err != nil {
		return err
	}
	if text != "" {
		return each(args[1:], wanted, func(name string, m *air.Module) error {
			return os.WriteFile(filepath.Join(text, name+".air"), air.Print(m), 0o644)
		})
	}
	return measure(args[1:], wanted)
}

func readList(name string) (map[string]bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	wanted := map[string]bool{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		wanted[lines.Text()] = true
	}
	return wanted, lines.Err()
}

// each calls do with the module of every dump in the folders, in which only wanted functions have bodies, if these are
// given.
func each(folders []string, wanted map[string]bool, do func(name string, m *air.Module) error) error {
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.jsonl.gz"))
		if err != nil {
			return err
		}
		for _, file := range files {
			name := filepath.Base(folder) + "-" + strings.TrimSuffix(filepath.Base(file), ".jsonl.gz")
			m, err := read(file)
			if err != nil {
				return err
			}
			if wanted != nil {
				m = reduced(m, func(f *air.Func) bool { return wanted[name+" "+f.Name] })
				if !slices.ContainsFunc(m.Funcs, func(f *air.Func) bool { return !f.Extern }) {
					continue // its globals may not be supported
				}
			}
			if err := do(name, m); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

func read(file string) (*air.Module, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s, err := zigair.Read(f, filepath.Base(file))
	if err != nil {
		return nil, err
	}
	return s.Module, nil
}

// reduced returns the module with all functions but some declared as extern.
func reduced(m *air.Module, keep func(*air.Func) bool) *air.Module {
	small := *m
	small.Funcs = nil
	for _, f := range m.Funcs {
		if !keep(f) {
			f = &air.Func{Name: f.Name, Type: f.Type, Extern: true}
		}
		small.Funcs = append(small.Funcs, f)
	}
	return &small
}

func printSupported(name string, m *air.Module) error {
	for _, f := range m.Funcs {
		if f.Extern || len(f.Body) == 0 {
			continue
		}
		if _, err := backend.Compile(reduced(m, func(g *air.Func) bool { return g == f }), backend.Options{}); err == nil {
			fmt.Println(name, f.Name)
		}
	}
	return nil
}

// measure compiles every module a few times and prints the result.
func measure(folders []string, wanted map[string]bool) error {
	var took time.Duration
	var before, after runtime.MemStats
	var words, insts, bytes, allocs uint64
	err := each(folders, wanted, func(_ string, m *air.Module) error {
		runtime.GC()
		runtime.ReadMemStats(&before)
		from := used()
		for range rounds {
			image, err := compile(m)
			if err != nil {
				return err
			}
			for i := range image.Funcs {
				words += image.Funcs[i].Size / 4
			}
		}
		took += used() - from
		runtime.ReadMemStats(&after)
		bytes += after.TotalAlloc - before.TotalAlloc
		allocs += after.Mallocs - before.Mallocs
		for _, f := range m.Funcs {
			insts += rounds * uint64(len(f.Insts))
		}
		return nil
	})
	fmt.Printf("%.0f %.0f %.2f\n", float64(words)/took.Seconds()/1000, float64(bytes)/float64(insts), float64(allocs)/float64(insts))
	return err
}

// rounds is how often each module is compiled.
var rounds uint64 = 4

// used returns the processor time in user mode so far.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano())
}
