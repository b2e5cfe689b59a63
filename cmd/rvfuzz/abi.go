package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/calls"
)

func abiCommand() *cobra.Command {
	config, on := calls.Config{}, "gcc,clang"
	cmd := &cobra.Command{
		Use:   "abi [flags]",
		Short: "Call functions of C compilers, and have them call ours",
		Long: `abi draws signatures of functions: numbers of every width, structs and unions with arrays, bit-fields, empty and
over-aligned members, variadic ones, up to twenty arguments, large results. Each is compiled by every chosen C compiler
and by this code generator; both call each other, linked by GNU ld or lld, on the reference machine under its checks and
in qemu. A value that does not arrive is reduced to the smallest signature and described: the signature, which value, and
where the psABI, the code generator and the compiler have it.

Signatures with a known difference are not tried with that compiler; they are listed at the end with whom we follow.

Exit status: 1 if there is a finding, 3 if a tool is missing or failed.`,
		Example: `  rvfuzz abi --cases 1000 --seed 7
  rvfuzz abi --on gcc-12,clang-19 --cases 100000`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return abi(cmd, config, on) },
	}
	f := cmd.Flags()
	f.StringVar(&on, "on", on, "C compilers, separated by commas: gcc-12, or gcc for every release of it")
	f.Uint64Var(&config.Cases, "cases", 1000, "how many signatures to try")
	f.Uint64Var(&config.Seed, "seed", 1, "seed of the signatures; the same seed makes the same ones")
	f.Uint64Var(&config.First, "first", 0, "number of the first signature, to continue")
	f.IntVar(&config.MaxFindings, "max-findings", 10, "stop after this many findings (0: no limit)")
	return cmd
}

func abi(cmd *cobra.Command, config calls.Config, on string) (err error) {
	found, missing := calls.Find(cmd.Context())
	for _, err := range missing {
		fmt.Fprintln(cmd.ErrOrStderr(), "missing:", err)
	}
	if len(found) == 0 {
		return exit{statusFailed, errors.New("no C compiler for riscv64")}
	}
	if config.On, err = calls.Select(found, on); err != nil {
		return err
	}
	config.Found = func(f *calls.Finding) error {
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "FINDING %s\n  %s\n", f, f.Places)
		return err
	}
	b, err := calls.NewBench()
	if err != nil {
		return exit{statusFailed, err}
	}
	defer func() { err = errors.Join(err, failed(b.Close())) }()
	summary, err := b.Run(cmd.Context(), config)
	printCalls(cmd.OutOrStdout(), config, summary)
	switch {
	case err != nil:
		return exit{statusFailed, err}
	case summary.Findings > 0:
		return exit{status: statusFinding}
	}
	return nil
}

func printCalls(w io.Writer, config calls.Config, s *calls.Summary) {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(s.Pairs)) {
		pairs = append(pairs, fmt.Sprintf("%d with %s", s.Pairs[name], name))
	}
	fmt.Fprintf(w, "%d signatures, both ways: %s; %d findings; next %d\n", s.Next-config.First, strings.Join(pairs, ", "), s.Findings, s.Next)
	for _, k := range calls.KnownDifferences {
		fmt.Fprintf(w, "known, %d not tried: %s\n", s.Known[k], k)
	}
}
