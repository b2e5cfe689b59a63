package main

import (
	"bufio"
	"bytes"
	"debug/elf"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/isa"
)

type disasmFlags struct {
	march     string
	noAliases bool
	lines     bool
	json      bool
}

func disasmCommand() *cobra.Command {
	var flags disasmFlags
	cmd := &cobra.Command{
		Use:   "disasm [flags] [FILE]",
		Short: "Disassemble an ELF file or hexadecimal words",
		Long: `disasm prints the instructions of a riscv64 ELF file, an executable or an object, as objdump -d does: the sections that hold
code, their symbols, the address and the word of each instruction, and its text, with the targets of jumps by name. What is
marked as data among code, and what is no instruction, is printed as .word, .half or .byte. The relocations of an object
follow their instructions.

Other files are hexadecimal words, 4 or 8 digits each, separated by white space; each is printed as one line without
aliases, or as .word or .half if it is no instruction. Without a FILE disasm reads standard input.

--march says which meaning words have that belong to more than one extension (Zcmp and Zcmt, or else Zcd), and makes
instructions known that are not ratified (Zalasr). Without it the attributes of an ELF file say so.`,
		Example: `  rvfuzz disasm prog.elf
  rvfuzz disasm --json --lines prog.o | jq -r .text
  echo 00c58533 | rvfuzz disasm`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return disassemble(cmd, flags, argOrStdin(args)) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.march, "march", "", "the architecture of the code (default what the file's attributes say)")
	f.BoolVar(&flags.noAliases, "no-aliases", false, "of an ELF file: no pseudo-instructions, and 16-bit instructions by their own names")
	f.BoolVar(&flags.lines, "lines", false, "of an ELF file: the source lines that its DWARF has")
	f.BoolVar(&flags.json, "json", false, "of an ELF file: one JSON object for each instruction")
	return cmd
}

func disassemble(cmd *cobra.Command, flags disasmFlags, name string) error {
	march, err := parseMarch(flags.march)
	if err != nil {
		return err
	}
	src, err := readInput(cmd, name)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(cmd.OutOrStdout(), 1<<16)
	if bytes.HasPrefix(src, []byte(elf.ELFMAG)) {
		err = disassembleELF(w, flags, displayName(name), src)
	} else if flags != (disasmFlags{march: flags.march}) {
		return fmt.Errorf("%s is not an ELF file, which flags are about", displayName(name))
	} else {
		err = disassembleWords(w, march, displayName(name), src)
	}
	if flushErr := w.Flush(); err == nil {
		err = flushErr
	}
	return err
}

// parseMarch parses the value of --march; without one it returns the zero March.
func parseMarch(text string) (isa.March, error) {
	if text == "" {
		return isa.March{}, nil
	}
	return isa.ParseMarch(text)
}

// disassembleWords prints hexadecimal words, one instruction in a line.
func disassembleWords(w *bufio.Writer, march isa.March, name string, src []byte) error {
	var text []byte
	line := 0
	for words := range bytes.Lines(src) {
		line++
		for field := range bytes.FieldsSeq(words) {
			word, err := parseWord(string(field))
			if err != nil {
				return fmt.Errorf("%s:%d: %w", name, line, err)
			}
			if in, err := march.Decode(word); err == nil {
				text = in.AppendText(text[:0])
			} else {
				text = appendDirective(text[:0], word, len(field)/2)
			}
			if _, err := w.Write(append(text, '\n')); err != nil {
				return err
			}
		}
	}
	return nil
}

// appendDirective appends bytes that are no instruction: 4, 2 or 1, as one number.
func appendDirective(dst []byte, value uint32, size int) []byte {
	name := map[int]string{4: ".word", 2: ".half", 1: ".byte"}[size]
	return fmt.Appendf(dst, "%s 0x%0*x", name, 2*size, value)
}

func parseWord(text string) (uint32, error) {
	word, err := strconv.ParseUint(text, 16, 32)
	if err != nil || len(text) != 4 && len(text) != 8 {
		return 0, fmt.Errorf("%.60q is not a word of 4 or 8 hexadecimal digits", text)
	}
	if full := word&3 == 3; full != (len(text) == 8) {
		return 0, fmt.Errorf("%.60q has %d digits, but its low bits say %d", text, len(text), map[bool]int{true: 8, false: 4}[full])
	}
	return uint32(word), nil
}
