package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/isa/asm"
)

type asmFlags struct {
	march    string
	compress bool
	origin   string
	defsym   []string
	output   string
	noRelax  bool
}

func asmCommand() *cobra.Command {
	var flags asmFlags
	cmd := &cobra.Command{
		Use:   "asm [flags] [FILE.s]",
		Short: "Assemble GNU syntax to hexadecimal words or to an object file",
		Long: `asm reads riscv64 assembly in GNU syntax, as people and compilers write it: instructions and pseudo-instructions, labels,
expressions, directives, macros.

With -o it writes a relocatable ELF object for GNU ld, lld and other linkers, with relocations, attributes, types and sizes of
symbols, groups of sections. Without --march the attribute arch of the source says which instructions there are, and whether to use 16-bit
ones. The .cfi directives become .eh_frame, .loc becomes .debug_line. Linkers may shorten the code where it says R_RISCV_RELAX;
--no-relax and .option norelax keep them from it.

Without -o there is no linker behind it: every symbol must be defined in the file or by --defsym, and thread-local storage is
an error.

--march and .option arch refuse the instructions of other extensions, .option norvc the 16-bit ones. Hints (pause, ntl.p1,
prefetch.r) are instructions of the base, and so allowed under every architecture. Without either, all instructions are.

It then prints the image, one word per line: 8 lower-case digits for a 32-bit instruction, 4 for a 16-bit one, and 8, 4 or 2
for 4, 2 or 1 bytes of data. Sections follow one another in the order in which the file first names them. Without a FILE
it reads standard input. An error names file, line and column, and nothing is printed.`,
		Example: `  echo 'add a0, a1, a2' | rvfuzz asm
  rvfuzz asm --march rv64gc --compress prog.s
  rvfuzz asm --compress -o prog.o prog.s
  rvfuzz asm --origin 0x80000000 --defsym puts=0x80001000 hello.s`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return assemble(cmd, flags, argOrStdin(args)) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.march, "march", "", "refuse instructions outside this architecture (rv64gc_zba, rva22u64, ...)")
	f.BoolVar(&flags.compress, "compress", false, "use 16-bit instructions where they mean the same")
	f.StringVar(&flags.origin, "origin", "0", "address of the first byte, an even number")
	f.StringVarP(&flags.output, "output", "o", "", "write a relocatable object to this file")
	f.BoolVar(&flags.noRelax, "no-relax", false, "of an object: linkers must not shorten the code")
	f.StringArrayVar(&flags.defsym, "defsym", nil, "define a symbol, NAME=VALUE; may be given several times")
	return cmd
}

func assemble(cmd *cobra.Command, flags asmFlags, name string) error {
	opt, err := flags.options()
	if err != nil {
		return err
	}
	march, err := parseMarch(flags.march)
	if err != nil {
		return err
	}
	if flags.march != "" {
		opt.March = &march
	}
	if info, err := os.Stat(name); err == nil && info.Size() <= maxText {
		preferHugePages(heapPerByte * int(info.Size()))
	}
	src, err := readText(cmd, name)
	if err != nil {
		return err
	}
	// One short run with much memory in use at its end: collecting less often costs little.
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	if flags.output != "" {
		opt.Relax = !flags.noRelax
		object, err := asm.AssembleObject(displayName(name), src, opt)
		if err != nil {
			return err
		}
		return writeOutput(cmd, flags.output, object, 0o644)
	}
	p, err := asm.AssembleText(displayName(name), src, opt)
	if err != nil {
		return err
	}
	return writeWords(cmd.OutOrStdout(), p)
}

// heapPerByte is about the number of bytes of heap that a byte of source takes.
const heapPerByte = 5

// options returns the flags as options of the assembler.
func (flags asmFlags) options() (asm.Options, error) {
	opt := asm.Options{Compress: flags.compress, Symbols: make(map[string]int64)}
	var err error
	if opt.Origin, err = parseAddress(flags.origin); err != nil {
		return opt, fmt.Errorf("--origin: %w", err)
	}
	for _, text := range flags.defsym {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return opt, fmt.Errorf("--defsym: %.60q is not NAME=VALUE", text)
		}
		if opt.Symbols[name], err = parseAddress(value); err != nil {
			return opt, fmt.Errorf("--defsym %s: %w", name, err)
		}
	}
	return opt, nil
}

// parseAddress parses a number of 64 bits, signed or unsigned.
func parseAddress(text string) (int64, error) {
	if v, err := strconv.ParseInt(text, 0, 64); err == nil {
		return v, nil
	}
	v, err := strconv.ParseUint(text, 0, 64)
	if err != nil {
		return 0, fmt.Errorf("%.60q is not a number of 64 bits", text)
	}
	return int64(v), nil
}

// writeWords prints the image: each instruction by its size, data between instructions in the largest pieces up to a
// word.
func writeWords(w io.Writer, p *asm.Program) error {
	const full = 1 << 16
	text := make([]byte, 0, full+16)
	lines, at := p.Lines, 0
	for at < len(p.Image) {
		end := len(p.Image)
		for len(lines) > 0 && int(lines[0].Address-p.Origin) < at {
			lines = lines[1:]
		}
		size := 0
		if len(lines) > 0 {
			if end = int(lines[0].Address - p.Origin); end == at {
				_, size = isa.WordAt(p.Image[at:])
			}
		}
		if size == 0 {
			size = dataPiece(end - at)
		}
		text = appendHex(text, p.Image[at:at+size])
		at += size
		if len(text) >= full || at == len(p.Image) {
			if _, err := w.Write(text); err != nil {
				return err
			}
			text = text[:0]
		}
	}
	return nil
}

// dataPiece returns the size of the next piece of so many bytes of data.
func dataPiece(left int) int {
	switch {
	case left >= 4:
		return 4
	case left >= 2:
		return 2
	}
	return 1
}

// appendHex appends little-endian bytes as one number and a newline.
func appendHex(dst, little []byte) []byte {
	const digits = "0123456789abcdef"
	for i := len(little) - 1; i >= 0; i-- {
		dst = append(dst, digits[little[i]>>4], digits[little[i]&15])
	}
	return append(dst, '\n')
}
