package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/versusqemu"
	"github.com/rvfuzz/rvfuzz/isa"
)

type versusFlags struct {
	duration   time.Duration
	batches    int
	seed       uint64
	extensions []string
}

func versusQemuCommand() *cobra.Command {
	flags := versusFlags{duration: time.Minute, seed: 1}
	cmd := &cobra.Command{
		Use:   "versus-qemu [flags]",
		Short: "Compare the reference machine with qemu-riscv64",
		Long: `versus-qemu runs random instruction sequences on the reference machine and on
` + versusqemu.Emulator + `, and compares the registers, the flags and the memory that they
leave. A sequence that differs is shrunk and printed, and the status is 1.`,
		Example: `  rvfuzz isa versus-qemu --duration 10m
  rvfuzz isa versus-qemu --seed 7 --batches 1 --extensions V`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return versusQemu(cmd, flags) },
	}
	f := cmd.Flags()
	f.DurationVar(&flags.duration, "duration", flags.duration, "how long to go on")
	f.IntVar(&flags.batches, "batches", 0, "end after this many executables (0: when the time is over)")
	f.Uint64Var(&flags.seed, "seed", flags.seed, "seed of the sequences")
	f.StringSliceVar(&flags.extensions, "extensions", nil, "take instructions of these extensions only (I, M, Zba, ...)")
	return cmd
}

func versusQemu(cmd *cobra.Command, flags versusFlags) error {
	if flags.duration <= 0 || flags.batches < 0 {
		return errors.New("--duration must be positive and --batches not negative")
	}
	if err := checkExtensions(flags.extensions); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), flags.duration)
	defer cancel()
	report, err := versusqemu.Run(ctx, versusqemu.Config{Seed: flags.seed, Batches: flags.batches, Extensions: flags.extensions})
	if err != nil {
		return exit{statusFailed, err}
	}
	printVersus(cmd.OutOrStdout(), report)
	if len(report.Findings) > 0 {
		return exit{statusFinding, fmt.Errorf("%d sequences differ", len(report.Findings))}
	}
	return cmd.Context().Err()
}

// checkExtensions refuses a name that no instruction has, which would compare nothing.
func checkExtensions(names []string) error {
	rows := isa.Rows()
	for _, name := range names {
		if !slices.ContainsFunc(rows, func(r isa.Row) bool { return r.Ext == name }) {
			return fmt.Errorf("--extensions: there is no extension %q", name)
		}
	}
	return nil
}

func printVersus(w io.Writer, report versusqemu.Report) {
	fmt.Fprintf(w, "%d batches, %d sequences of %d instructions, %d mnemonics, %d differ\n",
		report.Batches, report.Sequences, report.Instructions, len(report.Mnemonics), len(report.Findings))
	for _, f := range report.Findings {
		fmt.Fprint(w, f)
	}
}
