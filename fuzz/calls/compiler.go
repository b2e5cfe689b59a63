package calls

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// Compiler is a C compiler for riscv64.
type Compiler struct {
	Name, Version      string // Name is "gcc-12"
	tool               tools.Tool
	flags              []string
	hasHalf, hasBitInt bool
}

// The flags of every compilation.
var (
	commonFlags = []string{"-march=rv64gc", "-mabi=lp64d", "-w", "-std=gnu2x", "-ffreestanding", "-fno-strict-aliasing", "-fno-stack-protector",
		"-fno-pie", "-c"}
	clangFlags = append([]string{"--target=riscv64-linux-gnu"}, commonFlags...)
)

// The first releases of gcc that have _Float16 and _BitInt on riscv64.
const (
	gccHalf   = 13
	gccBitInt = 16
)

// Find returns the compilers that are installed, every release of gcc and clang, and the errors for those that are not.
func Find(ctx context.Context) (found []*Compiler, missing []error) {
	for _, tool := range tools.FindAll(tools.GCC) {
		c, major := newCompiler(ctx, "gcc-", tool, commonFlags)
		c.hasHalf, c.hasBitInt = major >= gccHalf, major >= gccBitInt
		found = append(found, c)
	}
	clangs := tools.FindAll(tools.Clang)
	if newest, err := tools.FindNewest(tools.Clang); err == nil { // not among the others
		clangs = append(clangs, newest)
	}
	for _, tool := range clangs {
		c, _ := newCompiler(ctx, "clang-", tool, clangFlags)
		c.hasHalf, c.hasBitInt = true, true
		found = append(found, c)
	}
	for _, name := range []string{tools.GCC, tools.Clang} {
		if _, err := tools.Find(name); err != nil {
			missing = append(missing, err)
		}
	}
	return found, missing
}

func newCompiler(ctx context.Context, prefix string, tool tools.Tool, flags []string) (c *Compiler, major int) {
	version, _ := tool.Version(ctx)
	first, _, _ := strings.Cut(version, ".")
	major, _ = strconv.Atoi(first)
	return &Compiler{Name: prefix + first, Version: version, tool: tool, flags: flags}, major
}

// Select returns the compilers of the given names; of a name without a number, as "gcc", all releases.
func Select(found []*Compiler, names string) (on []*Compiler, err error) {
	for name := range strings.SplitSeq(names, ",") {
		n := len(on)
		for _, c := range found {
			if family, _, _ := strings.Cut(c.Name, "-"); name == c.Name || name == family {
				on = append(on, c)
			}
		}
		if len(on) == n {
			return nil, fmt.Errorf("no compiler is %.40q", name)
		}
	}
	return on, nil
}

// Compiles reports whether the compiler has the types of a signature.
func (c *Compiler) Compiles(s *Signature) bool {
	return (c.hasHalf || !s.Has(isHalf)) && (c.hasBitInt || !s.Has(isOdd))
}

// compile compiles a file at a level: "-O2".
func (c *Compiler) compile(ctx context.Context, level, source, object string) error {
	_, err := c.tool.Run(ctx, "", append(append([]string{level}, c.flags...), source, "-o", object)...)
	return err
}
