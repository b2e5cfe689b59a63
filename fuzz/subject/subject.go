package subject

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// Subject is a compiler on trial.
type Subject struct {
	Name, Version  string
	Language       string
	Configurations []Configuration
	// whole is the compiler alone, of a subject of mixed programs.
	whole *Subject
}

// Configuration is a way to call a compiler. Its commands run one after the other, each with the output of the one
// before as its {input}; the last writes an object file to {output}.
type Configuration struct {
	Name string
	// Reference is the configuration of the same compiler that is least likely to be wrong, itself for that one.
	Reference string
	Commands  [][]string
	// VLEN is the size of the vector registers in bits of the machine that its programs run on, 0 for the least that they
	// ask for.
	VLEN uint64
	// prepare makes what the commands need, before the first of them; it may be nil.
	prepare func(context.Context) error
}

// Configuration returns the configuration of a name.
func (s *Subject) Configuration(name string) (*Configuration, bool) {
	for i := range s.Configurations {
		if s.Configurations[i].Name == name {
			return &s.Configurations[i], true
		}
	}
	return nil, false
}

// Find returns the subjects that are installed, in every version, and the errors for those that are not.
func Find(ctx context.Context) (found []*Subject, missing []error) {
	add := func(s *Subject, err error) {
		if err != nil {
			missing = append(missing, err)
			return
		}
		found = append(found, s)
	}
	for _, tool := range installed("llc", &missing) {
		if major(ctx, tool) >= oldestLLVM {
			add(newLLC(ctx, tool))
		}
	}
	for _, tool := range installed(tools.GCC, &missing) {
		if major(ctx, tool) >= gccBitInt {
			add(newC(ctx, "gcc-", tool, gccFlags, "c"))
		}
		add(newC(ctx, "gcc-", tool, gccFlags, "c-masked"))
	}
	for _, tool := range installed(tools.Clang, &missing) {
		add(newC(ctx, "clang-", tool, clangFlags, "c"))
		add(newC(ctx, "clang-", tool, clangFlags, "c-masked"))
	}
	add(newTCC(ctx))
	if gcc, err := tools.Find(tools.GCC); err == nil {
		add(newC(ctx, "gcc-", gcc, gccFlags, "c-plain"))
	}
	add(newQBE(ctx))
	add(newGo(ctx))
	return found, missing
}

// oldestLLVM is the first release of LLVM that reads the text of package llvm.
const oldestLLVM = 19

// gccBitInt is the first release of gcc that has _BitInt for riscv64.
const gccBitInt = 16

// installed returns every version of a program; without any, it adds the error for it.
func installed(name string, missing *[]error) []tools.Tool {
	all := tools.FindAll(name)
	if newest, err := tools.FindNewest(name); name == tools.Clang && err == nil { // not among the others
		all = append(all, newest)
	}
	if len(all) == 0 {
		*missing = append(*missing, fmt.Errorf("%s is %w", name, tools.ErrNotInstalled))
	}
	return all
}

// major returns the first number of the version of a program, 0 if it has none.
func major(ctx context.Context, tool tools.Tool) int {
	version, _ := tool.Version(ctx)
	first, _, _ := strings.Cut(version, ".")
	n, _ := strconv.Atoi(first)
	return n
}

// Custom returns the subject that a command line describes: NAME=COMMAND with {input} and {output}.
func Custom(text, language string) (*Subject, error) {
	name, command, ok := strings.Cut(text, "=")
	if !ok || !strings.Contains(command, "{input}") || !strings.Contains(command, "{output}") {
		return nil, fmt.Errorf("%.80q is not NAME=COMMAND {input} -o {output}", text)
	}
	if _, err := NewBatch(language); err != nil {
		return nil, err
	}
	words := strings.Fields(command)
	if _, err := program(words[0]); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	c := Configuration{Name: "custom", Reference: "custom", Commands: [][]string{words}}
	return &Subject{Name: name, Version: "unknown", Language: language, Configurations: []Configuration{c}}, nil
}

// extensionSets are the instruction set extensions that configurations turn on, beside rv64gc.
var extensionSets = []struct{ name, attributes string }{
	{"", ""}, {"-zb", ",+zba,+zbb,+zbs"}, {"-v", ",+v,+zba,+zbb,+zbs"},
}

// selectors are the instruction selectors of LLVM. GlobalISel leaves functions that it cannot select to the other one.
var selectors = []struct {
	name  string
	flags []string
}{{"", []string{"-fast-isel=false"}}, {"-gisel", []string{"-global-isel", "-global-isel-abort=2"}}}

// newLLC returns the code generator of LLVM: both instruction selectors at two levels, and behind the optimiser of the
// same release if that is installed.
func newLLC(ctx context.Context, tool tools.Tool) (*Subject, error) {
	s, err := newSubject(ctx, "llc-", tool, "llvm")
	if err != nil {
		return nil, err
	}
	opts := slices.DeleteFunc(slices.Clone(tools.FindAll("opt")), func(t tools.Tool) bool {
		version, err := t.Version(ctx)
		return err != nil || version != s.Version
	})
	for _, extension := range extensionSets {
		for _, level := range []string{"O0", "O2"} {
			for _, selector := range selectors {
				command := []string{tool.Path, "-" + level, "-mtriple=riscv64", "-mattr=+m,+a,+f,+d,+c" + extension.attributes, "-filetype=obj"}
				command = append(append(command, selector.flags...), "{input}", "-o", "{output}")
				s.Configurations = append(s.Configurations, Configuration{Name: level + selector.name + extension.name,
					Reference: "O0" + extension.name, Commands: [][]string{command}})
			}
		}
		if len(opts) > 0 {
			s.addOptimised(opts[0], tool, extension.name, extension.attributes)
		}
	}
	var opt *tools.Tool
	if len(opts) > 0 {
		opt = &opts[0]
	}
	s.addVariants(opt, tool)
	return s, nil
}

// addOptimised adds configurations in which opt works on the program before llc does.
func (s *Subject) addOptimised(opt, llc tools.Tool, name, attributes string) {
	attributes = "-mattr=+m,+a,+f,+d,+c" + attributes
	for _, selector := range selectors {
		back := []string{llc.Path, "-O2", "-mtriple=riscv64", attributes, "-filetype=obj", "{input}", "-o", "{output}"}
		back = append(back, selector.flags...)
		front := []string{opt.Path, "-O3", "-mtriple=riscv64", attributes, "{input}", "-o", "{output}"}
		s.Configurations = append(s.Configurations, Configuration{Name: "opt" + selector.name + name, Reference: "O0" + name,
			Commands: [][]string{front, back}})
	}
}

// The flags of C compilers for exported programs, beside level and architecture.
var (
	gccFlags = []string{"-w", "-std=gnu2x", "-ffp-contract=off", "-fno-stack-protector", "-fno-pie", "-c", "{input}", "-o", "{output}"}
	// Values that AIR leaves undefined are passed and returned, which clang otherwise takes for undefined behaviour.
	// Its first error shows whether it lacks something.
	clangFlags = append([]string{"--target=riscv64-linux-gnu", "-Xclang", "-no-enable-noundef-analysis", "-ferror-limit=1", "-fno-caret-diagnostics"}, gccFlags...)
)

// newC returns a compiler of C in a dialect, at all levels.
func newC(ctx context.Context, prefix string, tool tools.Tool, flags []string, language string) (*Subject, error) {
	s, err := newSubject(ctx, prefix, tool, language)
	if err != nil {
		return nil, err
	}
	s.Name += strings.TrimPrefix(language, "c")
	for _, march := range []struct{ name, value string }{{"", "rv64gc"}, {"-zb", "rv64gc_zba_zbb_zbs"}} {
		for _, level := range []string{"O0", "O1", "O2", "O3", "Os"} {
			command := append([]string{tool.Path, "-" + level, "-march=" + march.value}, flags...)
			s.Configurations = append(s.Configurations, Configuration{Name: level + march.name, Reference: "O0" + march.name, Commands: [][]string{command}})
		}
	}
	if major(ctx, tool) >= gccBitInt {
		s.addCVariants(strings.TrimSuffix(prefix, "-"), tool, flags)
	}
	return s, nil
}

func newSubject(ctx context.Context, prefix string, tool tools.Tool, language string) (*Subject, error) {
	version, err := tool.Version(ctx)
	if err != nil {
		return nil, err
	}
	major, _, _ := strings.Cut(version, ".")
	return &Subject{Name: prefix + major, Version: version, Language: language}, nil
}

// run performs the commands of a configuration on a source file. Files go to a folder, under names that begin with stem.
func (c *Configuration) run(ctx context.Context, folder, stem, input string) (object string, err error) {
	if c.prepare != nil {
		if err := c.prepare(ctx); err != nil {
			return "", err
		}
	}
	for i, command := range c.Commands {
		output := fmt.Sprintf("%s/%s.%d.o", folder, stem, i)
		args := make([]string, len(command))
		for k, a := range command {
			args[k] = strings.NewReplacer("{input}", input, "{output}", output).Replace(a)
		}
		if err := c.call(ctx, args); err != nil {
			return "", err
		}
		if _, err := os.Stat(output); err != nil {
			return "", fmt.Errorf("%s: no output: %w", command[0], err)
		}
		if i > 0 {
			os.Remove(input)
		}
		input = output
	}
	return input, nil
}

// call runs a command.
func (c *Configuration) call(ctx context.Context, command []string) error {
	tool, err := program(command[0])
	if err != nil {
		return err
	}
	tool.CPU = compileTime
	_, err = tool.Run(ctx, "", command[1:]...)
	return err
}

// program returns the program of a path, or of a name that is looked for as all tools are.
func program(name string) (tools.Tool, error) {
	if !strings.Contains(name, "/") {
		return tools.Find(name)
	}
	_, err := exec.LookPath(name)
	return tools.Tool{Name: filepath.Base(name), Path: name}, err
}
