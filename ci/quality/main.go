// Command quality measures the code that this code generator makes beside that of C compilers: eight kernels, each as
// AIR in the style of Zig's Debug mode (kernels/*.air) and as the same computation in C (kernels/*.c).
//
//	quality [--options OPTIONS] [KERNEL...]
//
// It prints how many instructions each kernel executes on the reference machine and how many bytes its functions take,
// and the geometric means of our figures over each compiler's. A compiler that is not installed has no column; a line
// says why.
package main

import (
	"bytes"
	"context"
	"debug/elf"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/linux"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

//go:embed kernels
var kernels embed.FS

// cost is what a kernel takes.
type cost struct {
	status       int
	instructions uint64
	bytes        uint64
}

// column is one way to compile a kernel to an executable.
type column struct {
	title   string
	compile func(kernel string) ([]byte, error)
	costs   []cost // by kernel
}

func main() {
	options := flag.String("options", "compress", "options of our code generation")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *options, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "quality:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, options string, names []string) error {
	o, err := backend.ParseOptions(options)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "rvfuzz-quality-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if len(names) == 0 {
		if names, err = kernelNames(); err != nil {
			return err
		}
	}
	columns := []*column{{title: "rvfuzz", compile: func(kernel string) ([]byte, error) { return compileAIR(kernel, o) }}}
	others, err := compilers(ctx, w, folder)
	if err != nil {
		return err
	}
	columns = append(columns, others...)
	for _, c := range columns {
		if err := c.measure(ctx, names); err != nil {
			return err
		}
	}
	printTable(w, "instructions executed", names, columns, func(c cost) uint64 { return c.instructions })
	printTable(w, "bytes of code", names, columns, func(c cost) uint64 { return c.bytes })
	return sameStatus(names, columns)
}

// kernelNames returns the kernels of the tree, in ascending order.
func kernelNames() ([]string, error) {
	files, err := kernels.ReadDir("kernels")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), ".air"); ok {
			names = append(names, name)
		}
	}
	return names, nil
}

// compileAIR compiles the AIR of a kernel.
func compileAIR(kernel string, o backend.Options) ([]byte, error) {
	name := kernel + ".air"
	text, err := kernels.ReadFile("kernels/" + name)
	if err != nil {
		return nil, err
	}
	m, err := air.Parse(name, text)
	if err != nil {
		return nil, err
	}
	o.Verify = true
	var out bytes.Buffer
	err = backend.WriteExecutable(&out, m, o)
	return out.Bytes(), err
}

// compilers returns a column for each C compiler and level, and prints why one is missing. The sources are put into the
// folder.
func compilers(ctx context.Context, w io.Writer, folder string) ([]*column, error) {
	if err := os.CopyFS(folder, kernels); err != nil {
		return nil, err
	}
	linker, err := tools.Find(tools.Ld)
	if err != nil {
		fmt.Fprintln(w, "no compilers beside ours:", err)
		return nil, nil
	}
	var columns []*column
	for _, c := range []struct {
		name, short string
		levels      []string
		flags       []string
	}{
		{tools.GCC, "gcc", []string{"-O0", "-O1", "-O2"}, nil},
		{tools.Clang, "clang", []string{"-O0", "-O2"}, []string{"--target=riscv64-linux-gnu", "-march=rv64gc"}},
	} {
		tool, err := newest(c.name)
		if err != nil {
			fmt.Fprintf(w, "no column of %s: %v\n", c.short, err)
			continue
		}
		version, err := tool.Version(ctx)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(w, "%s is release %s\n", c.short, version)
		for _, level := range c.levels {
			cc := compiler{folder: filepath.Join(folder, "kernels"), tool: tool, linker: linker, flags: append([]string{level}, c.flags...)}
			columns = append(columns, &column{title: c.short + " " + level, compile: func(kernel string) ([]byte, error) { return cc.compile(ctx, kernel) }})
		}
	}
	return columns, nil
}

// newest finds a program among the newest releases, or else wherever it is installed.
func newest(name string) (tools.Tool, error) {
	if tool, err := tools.FindNewest(name); err == nil {
		return tool, nil
	}
	return tools.Find(name)
}

// compiler is a C compiler at one level.
type compiler struct {
	folder       string
	tool, linker tools.Tool
	flags        []string
}

func (c *compiler) compile(ctx context.Context, kernel string) ([]byte, error) {
	var objects []string
	for _, source := range []string{"start", kernel} {
		object := filepath.Join(c.folder, source+".o")
		args := append(slices.Clone(c.flags), "-ffreestanding", "-fno-pic", "-c", filepath.Join(c.folder, source+".c"), "-o", object)
		if _, err := c.tool.Run(ctx, "", args...); err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
	program := filepath.Join(c.folder, kernel)
	if _, err := c.linker.Run(ctx, "", append(objects, "-static", "-o", program)...); err != nil {
		return nil, err
	}
	return os.ReadFile(program)
}

// measure compiles and runs the kernels.
func (c *column) measure(ctx context.Context, names []string) error {
	for _, name := range names {
		program, err := c.compile(name)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", c.title, name, err)
		}
		exit, err := linux.Execute(ctx, program, linux.Config{Args: []string{name}})
		if err == nil && exit.Ending != oracle.Exited {
			err = errors.New(exit.Reason + " " + exit.Place)
		}
		if err != nil {
			return fmt.Errorf("%s: %s: %w", c.title, name, err)
		}
		size, err := codeSize(program)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", c.title, name, err)
		}
		c.costs = append(c.costs, cost{exit.Status, exit.Steps, size})
	}
	return nil
}

// codeSize returns the bytes of the functions of an executable, without the start code, which no compiler makes.
func codeSize(program []byte) (uint64, error) {
	f, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		return 0, err
	}
	symbols, err := f.Symbols()
	total := uint64(0)
	for _, s := range symbols {
		if elf.ST_TYPE(s.Info) == elf.STT_FUNC && s.Name != "_start" {
			total += s.Size
		}
	}
	return total, err
}

// printTable prints one figure of all kernels, and its means: ours over that of each column.
func printTable(w io.Writer, title string, names []string, columns []*column, figure func(cost) uint64) {
	fmt.Fprintf(w, "\n%-22s", title)
	for _, c := range columns {
		fmt.Fprintf(w, "%11s", c.title)
	}
	fmt.Fprintln(w)
	for n, name := range names {
		fmt.Fprintf(w, "%-22s", name)
		for _, c := range columns {
			fmt.Fprintf(w, "%11d", figure(c.costs[n]))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%-22s", "rvfuzz over it, mean")
	for _, c := range columns {
		sum := 0.0
		for n := range names {
			sum += math.Log(float64(figure(columns[0].costs[n])) / float64(figure(c.costs[n])))
		}
		fmt.Fprintf(w, "%11.2f", math.Exp(sum/float64(len(names))))
	}
	fmt.Fprintln(w)
}

// sameStatus returns an error if the columns do not agree on the result of a kernel.
func sameStatus(names []string, columns []*column) error {
	for n, name := range names {
		for _, c := range columns[1:] {
			if got, want := c.costs[n].status, columns[0].costs[n].status; got != want {
				return fmt.Errorf("%s returns %d by %s and %d by %s", name, want, columns[0].title, got, c.title)
			}
		}
	}
	return nil
}
