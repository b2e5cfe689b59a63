package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/target"
)

type compileFlags struct {
	output, options       string
	object, verify, strip bool
	pic                   bool
	target                string
}

func compileCommand() *cobra.Command {
	var flags compileFlags
	cmd := &cobra.Command{
		Use:   "compile [flags] FILE.air",
		Short: "Compile AIR text to a static executable or an object file",
		Long: `compile makes a static riscv64 Linux executable of a module whose function @main takes no parameters; its result is the
exit status (an error is 1). With -c it makes a relocatable object for a system linker instead. FILE.air may be - for
standard input.`,
		Example: `  rvfuzz compile prog.air -o prog && rvfuzz exec prog
  rvfuzz compile -c --pic lib.air -o lib.o
  rvfuzz compile --target rva22u64 prog.air -o prog && rvfuzz exec --march rva22u64 prog
  rvfuzz compile --options "registers=8 compress" prog.air -o prog`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return compileFile(cmd, flags, args[0]) },
	}
	f := cmd.Flags()
	f.StringVarP(&flags.output, "output", "o", "", "file to write (- is standard output; required)")
	f.BoolVarP(&flags.object, "object", "c", false, "write a relocatable object file")
	f.StringVar(&flags.options, "options", "", "code generation options, such as \"registers=8 spill-all far-branches\"")
	f.StringVar(&flags.target, "target", "", "the machine: an architecture such as rv64gc_zba_zbb, or a profile such as rva22u64 (default rv64gc)")
	f.BoolVar(&flags.pic, "pic", false, "make position-independent code, for shared libraries and for programs that are loaded anywhere")
	f.BoolVarP(&flags.strip, "strip", "s", false, "leave out what debuggers read: lines, variables, frames")
	f.BoolVar(&flags.verify, "verify", false, "check what each stage of the compiler returns")
	if err := cmd.MarkFlagRequired("output"); err != nil {
		panic("rvfuzz: compile has a flag output: " + err.Error())
	}
	return cmd
}

func compileFile(cmd *cobra.Command, flags compileFlags, name string) error {
	// Most of what is allocated is needed to the end: collecting less often costs little.
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	options, err := backend.ParseOptions(flags.options)
	if err != nil {
		return err
	}
	m, err := readModule(cmd, name)
	if err != nil {
		return err
	}
	options.PIC = options.PIC || flags.pic
	if flags.target != "" {
		if options.Target, err = target.Parse(flags.target); err != nil {
			return err
		}
	}
	options.Verify, options.Verified, options.Debug = flags.verify, true, !flags.strip
	var out bytes.Buffer
	write := backend.WriteExecutable
	if flags.object {
		write = backend.WriteObject
	}
	if err := write(&out, m, options); err != nil {
		return fmt.Errorf("%s: %w", displayName(name), err)
	}
	return writeOutput(cmd, flags.output, out.Bytes(), 0o755)
}

// writeOutput writes a file, or standard output for "-".
func writeOutput(cmd *cobra.Command, name string, data []byte, mode os.FileMode) error {
	if name == stdinName {
		_, err := cmd.OutOrStdout().Write(data)
		return err
	}
	return failed(os.WriteFile(name, data, mode))
}
