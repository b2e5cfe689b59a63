// Command rvfuzz tests a riscv64 code generator: it compiles AIR, runs the code under a reference interpreter, compares
// the outcome with a reference evaluator, and turns every mismatch into a small corpus entry.
//
//	rvfuzz run --duration 60s        a campaign with a live progress line
//	rvfuzz test corpus/regress       replay corpus entries
//	rvfuzz show --stage asm FILE     one entry at any stage of the pipeline
package main

import (
	"context"
	"io"
	"os"

	"github.com/spf13/cobra"
)

func main() {
	os.Exit(run(withSignals(context.Background()), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run executes one command line and returns its exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	out, complaints := &output{w: stdout, failed: cancel}, &output{w: stderr}
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(out)
	root.SetErr(complaints)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd() // which takes the standard output of now
	strict(root)
	err := root.ExecuteContext(ctx)
	return finish(ctx, err, out, complaints)
}

func rootCommand() *cobra.Command {
	root := group("rvfuzz", "Test a riscv64 code generator against independent oracles",
		`rvfuzz compares a riscv64 code generator and its instruction encoder with oracles that share no code with them, and
turns each mismatch into a small, readable, replayable corpus entry.

Exit status of every command:
  0    clean
  1    a finding or a failed test
  2    bad input, flags or arguments
  3    an oracle or the machine failed, or output could not be written
  4    a gate was missed
  5    only known issues
  130  interrupted (Ctrl-C) before it found anything; 143 by SIGTERM
exec ends with the status of the program that it runs.`,
		abiCommand(), asmCommand(), bisectCommand(), caseCommand(), compileCommand(), corpusCommand(), coverageCommand(), disasmCommand(),
		execCommand(), explainCommand(), importCommand(), isaCommand(), manCommand(), mutantsCommand(), reduceCommand(), reportCommand(), runCommand(), serveCommand(), showCommand(),
		testCommand(), triageCommand(), tryCommand(), versionCommand(), workCommand(), workerCommand())
	root.SilenceErrors, root.SilenceUsage = true, true
	root.Version = buildVersion()
	root.SetVersionTemplate("{{.Version}}\n")
	return root
}
