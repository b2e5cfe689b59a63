// Command rvfuzz proves a riscv64 code generator right: it compiles AIR, runs
// what came out under a reference interpreter, holds the result against a
// reference evaluator, and turns every mismatch into a small corpus entry.
//
//	rvfuzz run --duration 60s        a campaign with a live progress line
//	rvfuzz test corpus/regress       replay corpus entries
//	rvfuzz show --stage asm FILE     one entry at any stage of the pipeline
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/spf13/cobra"
)

// The exit statuses of every command.
const (
	statusClean   = 0
	statusFinding = 1 // a divergence, a failed test
	statusUsage   = 2 // bad input or flags
	statusFailed  = 3 // an oracle or the machine failed
	statusGate    = 4 // a gate was missed
	statusKnown   = 5 // only known issues
)

// exit ends the command with a status; an err of nil prints nothing.
type exit struct {
	status int
	err    error
}

func (e exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e exit) Unwrap() error { return e.err }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run executes one command line and gives its exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var e exit
	switch {
	case err == nil:
		return statusClean
	case errors.As(err, &e):
		if e.err != nil {
			fmt.Fprintln(stderr, "rvfuzz:", e.err)
		}
		return e.status
	}
	fmt.Fprintln(stderr, "rvfuzz:", err)
	return statusUsage
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "rvfuzz",
		Short: "Prove a riscv64 code generator right",
		Long: `rvfuzz holds a riscv64 code generator and its instruction encoder against
oracles that share no code with them, and turns each mismatch into a small,
readable, replayable corpus entry.

Exit status: 0 clean, 1 a finding or failed test, 2 bad input or flags,
3 an oracle or the machine failed, 4 a gate was missed, 5 only known issues.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(asmCommand(), disasmCommand(), compileCommand(), execCommand(), explainCommand(), importCommand(), isaCommand(), mutantsCommand(), reduceCommand(), runCommand(), showCommand(), testCommand())
	return root
}
