package subject

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// goProfiles are the instruction sets for which Go's compiler generates code.
var goProfiles = []struct{ name, value string }{{"", "rva20u64"}, {"-zb", "rva22u64"}, {"-v", "rva23u64"}}

// goLevels are the flags of Go's compiler.
var goLevels = []struct {
	name  string
	flags []string
}{{"O0", []string{"-N", "-l"}}, {"noinline", []string{"-l"}}, {"O2", nil}}

// newGo returns Go's own compiler. It compiles and links without the go command, which takes most of the time; the
// packages of the library are compiled once for each profile, when that is first used.
func newGo(ctx context.Context) (*Subject, error) {
	tool, err := tools.Find("go")
	if err != nil {
		return nil, err
	}
	env, err := tools.Find("env")
	if err != nil {
		return nil, err
	}
	out, err := tool.Run(ctx, "", "env", "GOVERSION", "GOTOOLDIR")
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(out.Stdout)
	if len(fields) != 2 {
		return nil, fmt.Errorf("go env: %.100q", out.Stdout)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	s := &Subject{Name: "go", Version: strings.TrimPrefix(fields[0], "go"), Language: "go"}
	for _, p := range goProfiles {
		library := goLibrary{tool: tool, environment: []string{env.Path, "GOOS=linux", "GOARCH=riscv64", "CGO_ENABLED=0", "GORISCV64=" + p.value},
			path: filepath.Join(cache, "rvfuzz", fields[0]+"-"+p.value+".cfg")}
		prepare := sync.OnceValue(func() error { return library.write(ctx) })
		for _, level := range goLevels {
			command := func(args ...string) []string {
				return append(library.environment[:len(library.environment):len(library.environment)], args...)
			}
			compile := append(append(command(filepath.Join(fields[1], "compile"), "-p", "main", "-importcfg", library.path), level.flags...), "-o", "{output}", "{input}")
			link := command(filepath.Join(fields[1], "link"), "-importcfg", library.path, "-s", "-w", "-o", "{output}", "{input}")
			s.Configurations = append(s.Configurations, Configuration{Name: level.name + p.name, Reference: "O0" + p.name, Commands: [][]string{compile, link},
				prepare: func(context.Context) error { return prepare() }})
		}
	}
	return s, nil
}

// goLibrary is the list of the packages that exported programs import, for a profile.
type goLibrary struct {
	tool        tools.Tool
	environment []string
	path        string
}

// write compiles the packages and writes where they are, for compiler and linker.
func (l *goLibrary) write(ctx context.Context) error {
	env := tools.Tool{Name: "go", Path: l.environment[0]}
	args := append(l.environment[1:len(l.environment):len(l.environment)], l.tool.Path, "list", "-export", "-deps", "-f",
		"{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}", "math", "math/bits", "runtime", "sync/atomic", "syscall")
	out, err := env.Run(ctx, "", args...)
	if err != nil {
		return err
	}
	return errors.Join(os.MkdirAll(filepath.Dir(l.path), 0o777), os.WriteFile(l.path, []byte(out.Stdout), 0o666))
}
