package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

// workerCommand is what this program starts copies of itself with.
func workerCommand() *cobra.Command {
	var limits isolate.Limits
	var tests replay.Config
	cmd := &cobra.Command{
		Use:    "worker campaign|test|explain|reduce",
		Short:  "Serve the jobs of another rvfuzz on the standard streams",
		Hidden: true,
		Args:   cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch args[0] {
			case "test":
				return serveTests(cmd, limits, tests)
			case "explain":
				return serveExplain(limits)
			case "reduce":
				return serveReduce(limits)
			}
			return campaign.Work(limits, wordsFolder())
		},
		ValidArgs: []string{"campaign", "test", "explain", "reduce"},
	}
	cmd.Flags().Uint64Var(&tests.VLEN, "vlen", 0, "bits of a vector register in tests (0: 128)")
	cmd.Flags().Uint64Var(&tests.Steps, "steps", 0, "AIR instructions of a run in tests (0: the default)")
	limitFlags(cmd.Flags(), &limits, "")
	return cmd
}

// wordsFolder returns the folder in which workers keep the words that decoders have agreed on, or "" if the user has no cache.
func wordsFolder() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(cache, "rvfuzz", "words")
}

// limitFlags adds the flags for the limits of worker processes, whose names have a prefix.
func limitFlags(f *pflag.FlagSet, l *isolate.Limits, prefix string) {
	*l = l.WithDefaults()
	f.DurationVar(&l.Time, prefix+"time", l.Time, "processor time that one case may take")
	f.Uint64Var(&l.Memory, prefix+"memory", l.Memory, "bytes of memory that a worker may use")
	f.IntVar(&l.Stack, prefix+"stack", l.Stack, "bytes of stack that a worker may use")
}

// workerProcess returns the command line of a worker of a campaign or a test.
func workerProcess(l isolate.Limits, of string) []string {
	var limits pflag.FlagSet
	limitFlags(&limits, &isolate.Limits{Time: l.Time, Memory: l.Memory, Stack: l.Stack}, "")
	args := []string{os.Args[0], "worker", of}
	limits.VisitAll(func(f *pflag.Flag) { args = append(args, "--"+f.Name, f.Value.String()) })
	return args
}

// checkLimits refuses limits within which nothing works.
func checkLimits(l isolate.Limits) error {
	switch {
	case l.Time < 10*time.Millisecond:
		return fmt.Errorf("--case-time %s: at least 10ms is needed", l.Time)
	case l.Memory < 64<<20:
		return fmt.Errorf("--case-memory %d: at least %d is needed", l.Memory, 64<<20)
	case l.Stack < 1<<20:
		return fmt.Errorf("--case-stack %d: at least %d is needed", l.Stack, 1<<20)
	}
	return nil
}
