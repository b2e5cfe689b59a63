package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/fuzz/machine"
	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
)

type judgeFlags struct {
	disassembler, assembler, emulator string
	words                             int
	extensions                        []string
	duration                          time.Duration
	reserved                          bool
	vlen                              vlen
}

func judgeCommand() *cobra.Command {
	flags := judgeFlags{words: 20, duration: time.Minute, reserved: true}
	cmd := &cobra.Command{
		Use:   "judge [flags]",
		Short: "Compare any disassembler, assembler or emulator with the instruction table",
		Long: `judge compares tools that are given as commands of the shell with every instruction of the table.

The disassembler reads one word a line from standard input, in hexadecimal with the most significant digit first (four
digits for a 16-bit instruction, eight for others), and writes one line for each: the instruction without aliases, as
"addi a0,a1,5" or "c.lw a0,4(a1)", or an empty line or one that begins with "error" for a word that it rejects. The
assembler reads such texts and writes the words. The emulator is run with a static Linux executable as its last
argument; a sequence after which its registers or memory differ from the reference machine's is shrunk.

Both are also asked for what the manual reserves, and must reject it: the disassembler words whose operands are reserved, the
assembler texts that break a rule between operands. --reserved=false leaves that out.

For each instruction that differs judge prints the smallest word of those that it tried; instructions of which the tool
rejects every word are listed together.

Exit status: 1 if there are differences, 3 if a tool failed.`,
		Example: `  rvfuzz isa judge --disassembler './mydis --no-aliases'
  rvfuzz isa judge --assembler ./myas --extensions I,M,A
  rvfuzz isa judge --emulator 'qemu-riscv64 -cpu max' --duration 10m`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return judge(cmd, flags) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.disassembler, "disassembler", "", "command that turns words into text")
	f.StringVar(&flags.assembler, "assembler", "", "command that turns text into words")
	f.StringVar(&flags.emulator, "emulator", "", "command that runs an executable")
	f.IntVar(&flags.words, "words", flags.words, "number of words of each instruction to compare")
	f.StringSliceVar(&flags.extensions, "extensions", nil, "use only instructions of these extensions (I, M, Zba, ...)")
	f.DurationVar(&flags.duration, "duration", flags.duration, "how long to compare an emulator")
	f.BoolVar(&flags.reserved, "reserved", flags.reserved, "require that what the manual reserves is rejected")
	f.Var(&flags.vlen, "vlen", "bits of the emulator's vector registers: 128, 256, 512 or 1024 (default 128)")
	return cmd
}

func judge(cmd *cobra.Command, flags judgeFlags) error {
	switch {
	case flags.disassembler == "" && flags.assembler == "" && flags.emulator == "":
		return errors.New("one of --disassembler, --assembler and --emulator is needed")
	case flags.words < 1 || flags.duration <= 0:
		return errors.New("--words and --duration must be positive")
	}
	if err := checkExtensions(flags.extensions); err != nil {
		return err
	}
	differences := 0
	if flags.disassembler != "" || flags.assembler != "" {
		n, err := judgeWords(cmd, flags)
		if err != nil {
			return exit{statusFailed, err}
		}
		differences += n
	}
	if flags.emulator != "" {
		n, err := judgeEmulator(cmd, flags)
		if err != nil {
			return exit{statusFailed, err}
		}
		differences += n
	}
	if differences > 0 {
		return exit{statusFinding, errors.New("there are differences")}
	}
	return nil
}

func judgeWords(cmd *cobra.Command, flags judgeFlags) (differences int, err error) {
	knows := func(op isa.Op) bool {
		return len(flags.extensions) == 0 || slices.Contains(flags.extensions, op.Row().Ext)
	}
	tool := words.CommandTool(flags.disassembler, flags.assembler, knows)
	m, err := words.NewMatrix(cmd.Context(), []*words.Tool{tool}, flags.words)
	if err != nil {
		return 0, err
	}
	const first = 1 // after riscv64asm
	for k, command := range []string{flags.disassembler, flags.assembler} {
		if command != "" {
			differences += reportJudged(cmd.OutOrStdout(), m, first+k)
		}
	}
	if !flags.reserved {
		return differences, nil
	}
	accepted, err := judgeReserved(cmd, flags, knows)
	return differences + accepted, err
}

// judgeReserved reports what of the reserved encodings the tools accept.
func judgeReserved(cmd *cobra.Command, flags judgeFlags, knows func(isa.Op) bool) (accepted int, err error) {
	for _, t := range []struct {
		name, command string
		ask           func(ctx context.Context, command string, knows func(isa.Op) bool, n int) (*words.Refusals, error)
	}{{"the disassembler", flags.disassembler, words.RefusedWords}, {"the assembler", flags.assembler, words.RefusedTexts}} {
		if t.command == "" {
			continue
		}
		r, err := t.ask(cmd.Context(), t.command, knows, flags.words)
		if err != nil {
			return 0, err
		}
		accepted += r.Accepted
		fmt.Fprintf(cmd.OutOrStdout(), "%s: accepts %d of %d reserved encodings\n", t.name, r.Accepted, r.Asked)
		for _, line := range r.Lines {
			fmt.Fprintf(cmd.OutOrStdout(), "\t%s\n", line)
		}
	}
	return accepted, nil
}

func reportJudged(w io.Writer, m *words.Matrix, oracle int) (differences int) {
	n, differences := m.Compared(oracle)
	fmt.Fprintf(w, "%s: %d of %d instructions compared, %d words differ\n", m.Oracles[oracle], n, len(m.Rows), differences)
	if unknown := m.Unknown(oracle); len(unknown) > 0 {
		fmt.Fprintf(w, "\trejects every word of %d instructions: %s\n", len(unknown), strings.Join(unknown, " "))
	}
	for _, line := range m.Differing(oracle) {
		fmt.Fprintf(w, "\t%s\n", line)
	}
	return differences
}

func judgeEmulator(cmd *cobra.Command, flags judgeFlags) (differences int, err error) {
	emulator, err := machine.NewEmulator(cmd.Context(), flags.emulator, uint64(flags.vlen))
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), flags.duration)
	defer cancel()
	report, err := machine.Run(ctx, machine.Config{Seed: 1, Sequences: 20, Findings: 3, Extensions: flags.extensions, QEMU: emulator})
	if err != nil {
		return 0, err
	}
	printVersus(cmd.OutOrStdout(), report)
	return len(report.Findings), cmd.Context().Err()
}
