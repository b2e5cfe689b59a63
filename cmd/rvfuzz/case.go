package main

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

type caseFlags struct {
	caseNumber
	explain explainFlags
	run     bool
}

// caseNumber names a case of a campaign.
type caseNumber struct {
	Seed, Shard, Number uint64
	Options             *string // instead of the case's; nil for those
}

// make makes the case.
func (n *caseNumber) make() (*diff.Case, error) {
	config := campaign.Config{Seed: n.Seed, Shard: n.Shard}
	if n.Options != nil {
		o, err := backend.ParseOptions(*n.Options)
		if err != nil {
			return nil, fmt.Errorf("--options: %w", err)
		}
		config.Options = &o
	}
	return campaign.Make(&config, gen.New(config.Generator), source.New(0), n.Number), nil
}

func caseCommand() *cobra.Command {
	flags := caseFlags{explain: explainFlags{limits: longLimits}}
	cmd := &cobra.Command{
		Use:   "case [flags] SEED N",
		Short: "Print or run one case of a campaign",
		Long: `case makes case N of the campaign with a seed, as run does, and prints it as a corpus entry: the program, the options
that it is compiled with, and the run lines with the evaluator's outcomes. The log of a campaign names its cases by seed,
shard and case. With --run the case is compiled and run under all checks instead, and where the oracles first differ is
printed as explain does.

Exit status: with --run, 1 if the case diverges.`,
		Example: `  rvfuzz case 1 4711
  rvfuzz case --run 1 4711
  rvfuzz case --options compress 1 4711 > entry.txtar && rvfuzz test entry.txtar`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return makeCase(cmd, flags, args[0], args[1]) },
	}
	f := cmd.Flags()
	f.Uint64Var(&flags.Shard, "shard", 0, "shard of the campaign")
	f.String("options", "", "code generation options instead of the case's, such as \"registers=8 compress\"")
	f.BoolVar(&flags.run, "run", false, "compile and run the case instead of printing it")
	f.BoolVar(&flags.explain.json, "json", false, "with --run, print one JSON object as explain does")
	limitFlags(f, &flags.explain.limits, "case-")
	return cmd
}

func makeCase(cmd *cobra.Command, flags caseFlags, seed, number string) error {
	n := flags.caseNumber
	n.Options = givenOptions(cmd)
	var err error
	if n.Seed, err = strconv.ParseUint(seed, 0, 64); err != nil {
		return fmt.Errorf("seed %.60q is not a number of 64 bits", seed)
	}
	if n.Number, err = strconv.ParseUint(number, 0, 64); err != nil {
		return fmt.Errorf("case number %.60q is not a number of 64 bits", number)
	}
	found := fmt.Sprintf("campaign=%d shard=%d case=%d", n.Seed, n.Shard, n.Number)
	if flags.run {
		return explainRemotely(cmd, flags.explain, &explainRequest{Name: found, Case: &n})
	}
	c, err := n.make()
	if err != nil {
		return err
	}
	_, err = cmd.OutOrStdout().Write(corpus.Format(replay.Entry(diff.NewChecker(diff.Config{}), c, diff.Signature{}, found)))
	return err
}
