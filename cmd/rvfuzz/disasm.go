package main

import (
	"bufio"
	"bytes"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/isa"
)

func disasmCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "disasm [flags] [FILE]",
		Short: "Disassemble hexadecimal words",
		Long: `disasm reads hexadecimal words, 4 or 8 digits each, separated by white space, and prints each as GNU tools do without
aliases. Without a FILE it reads standard input. A word that is no instruction is an error with its line.`,
		Example: `  echo 00c58533 | rvfuzz disasm
  rvfuzz asm prog.s | rvfuzz disasm`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return disassemble(cmd, argOrStdin(args)) },
	}
}

func disassemble(cmd *cobra.Command, name string) error {
	src, err := readInput(cmd, name)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(cmd.OutOrStdout(), 1<<16)
	defer w.Flush()
	var text []byte
	line := 0
	for words := range bytes.Lines(src) {
		line++
		for field := range bytes.FieldsSeq(words) {
			in, err := decodeWord(string(field))
			if err != nil {
				return fmt.Errorf("%s:%d: %w", displayName(name), line, err)
			}
			text = append(in.AppendText(text[:0]), '\n')
			if _, err := w.Write(text); err != nil {
				return err
			}
		}
	}
	return nil
}

func decodeWord(text string) (isa.Inst, error) {
	word, err := strconv.ParseUint(text, 16, 32)
	if err != nil || len(text) != 4 && len(text) != 8 {
		return isa.Inst{}, fmt.Errorf("%.60q is not a word of 4 or 8 hexadecimal digits", text)
	}
	if full := word&3 == 3; full != (len(text) == 8) {
		return isa.Inst{}, fmt.Errorf("%.60q has %d digits, but its low bits say %d", text, len(text), map[bool]int{true: 8, false: 4}[full])
	}
	return isa.Decode(uint32(word))
}
