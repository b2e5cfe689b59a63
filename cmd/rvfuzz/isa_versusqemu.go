package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/machine"
	"github.com/rvfuzz/rvfuzz/isa"
)

type versusFlags struct {
	duration   time.Duration
	batches    int
	seed       uint64
	extensions []string
	vlen       vlen
	counts     bool
}

func versusQemuCommand() *cobra.Command {
	flags := versusFlags{duration: time.Minute, seed: 1}
	cmd := &cobra.Command{
		Use:   "versus-qemu [flags]",
		Short: "Compare the reference machine with qemu-riscv64",
		Long: `versus-qemu runs random instruction sequences on the reference machine and on ` + machine.Emulator + `, and compares the
registers, the flags and the memory that they leave. A sequence that differs is shrunk and printed. With --counts it
prints how often each instruction was executed by a sequence, and which are not compared and why. It takes the newest
` + machine.Emulator + ` that is installed and asks it for the extensions of its processor.

Exit status: 1 if a sequence differs, 3 if the emulator is missing or does not start.`,
		Example: `  rvfuzz isa versus-qemu --duration 10m
  rvfuzz isa versus-qemu --seed 7 --batches 1 --extensions V`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return versusQemu(cmd, flags) },
	}
	f := cmd.Flags()
	f.DurationVar(&flags.duration, "duration", flags.duration, "how long to run")
	f.IntVar(&flags.batches, "batches", 0, "stop after this many executables (0: when the time is over)")
	f.Uint64Var(&flags.seed, "seed", flags.seed, "seed of the sequences")
	f.StringSliceVar(&flags.extensions, "extensions", nil, "use only instructions of these extensions (I, M, Zba, ...)")
	f.Var(&flags.vlen, "vlen", "bits of a vector register: 128, 256, 512 or 1024 (default 128)")
	f.BoolVar(&flags.counts, "counts", false, "print how often each instruction was compared, and which are not")
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
	report, err := machine.Run(ctx, machine.Config{Seed: flags.seed, Batches: flags.batches, VLEN: uint64(flags.vlen), Extensions: flags.extensions})
	if err != nil {
		return exit{statusFailed, err}
	}
	printVersus(cmd.OutOrStdout(), report)
	if flags.counts {
		printInstructions(cmd.OutOrStdout(), report)
	}
	if len(report.Findings) > 0 {
		return exit{statusFinding, fmt.Errorf("%d sequences differ", len(report.Findings))}
	}
	return cmd.Context().Err()
}

// checkExtensions refuses the name of an extension without instructions, which would compare nothing.
func checkExtensions(names []string) error {
	rows := isa.Rows()
	for _, name := range names {
		if !slices.ContainsFunc(rows, func(r isa.Row) bool { return r.Ext == name }) {
			return fmt.Errorf("--extensions: there is no extension %.60q", name)
		}
	}
	return nil
}

func printVersus(w io.Writer, report machine.Report) {
	fmt.Fprintf(w, "%s: %d batches, %d sequences of %d instructions, %d mnemonics, %d differ\n",
		report.QEMU.Name(), report.Batches, report.Sequences, report.Instructions, len(report.Mnemonics), len(report.Findings))
	if names := byCount(report); len(names) > 0 {
		least := names[0]
		fmt.Fprintf(w, "least often %s: %d times\n", least, report.Mnemonics[least])
	}
	for _, f := range report.Findings {
		fmt.Fprint(w, f)
	}
}

// byCount returns the instructions of a run, those generated least often first. A run of all extensions includes those
// that it never generated.
func byCount(report machine.Report) []string {
	names := report.QEMU.Compared()
	if !report.Everything {
		names = slices.Collect(maps.Keys(report.Mnemonics))
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(report.Mnemonics[a], report.Mnemonics[b]), strings.Compare(a, b))
	})
	return names
}

func printInstructions(w io.Writer, report machine.Report) {
	for _, name := range byCount(report) {
		fmt.Fprintf(w, "%10d %s\n", report.Mnemonics[name], name)
	}
	for _, a := range report.QEMU.Absent() {
		fmt.Fprintf(w, "         - %s (%s): %s\n", a.Mnemonic, a.Extension, a.Why)
	}
}
