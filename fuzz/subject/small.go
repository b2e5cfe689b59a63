package subject

import (
	"context"

	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// newTCC returns the Tiny C Compiler, which has one configuration: it does not optimise.
func newTCC(ctx context.Context) (*Subject, error) {
	tool, err := tools.Find("riscv64-tcc")
	if err != nil {
		return nil, err
	}
	s, err := newSubject(ctx, "tcc-", tool, "c-plain")
	if err != nil {
		return nil, err
	}
	s.Name = "tcc"
	s.Configurations = []Configuration{{Name: "only", Reference: "only",
		Commands: [][]string{{tool.Path, "-nostdinc", "-w", "-c", "{input}", "-o", "{output}"}}}}
	return s, nil
}

// newQBE returns QBE, which has one configuration. Its output goes through the GNU assembler.
func newQBE(ctx context.Context) (*Subject, error) {
	tool, err := tools.Find("qbe")
	if err != nil {
		return nil, err
	}
	as, err := tools.Find(tools.As)
	if err != nil {
		return nil, err
	}
	s, err := newSubject(ctx, "qbe-", tool, "qbe")
	if err != nil {
		return nil, err
	}
	s.Name = "qbe"
	s.Configurations = []Configuration{{Name: "only", Reference: "only",
		Commands: [][]string{{tool.Path, "-t", "rv64", "-o", "{output}", "{input}"}, {as.Path, "{input}", "-o", "{output}"}}}}
	return s, nil
}
