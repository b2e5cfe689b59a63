package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
	"github.com/rvfuzz/rvfuzz/fuzz/splice"
)

type runFlags struct {
	config  campaign.Config
	limits  isolate.Limits
	options string
	metrics string
	known   []string
	seeds   []string
	splice  []string
	knownOK bool
	json    bool
	view    *progressView
}

func runCommand() *cobra.Command {
	var flags runFlags
	cmd := &cobra.Command{
		Use:   "run [flags]",
		Short: "Run a campaign: generate, compile, execute, compare, minimise",
		Long: `run makes programs without illegal behaviour, compiles them, decodes every emitted word with a third-party decoder, runs
the code under all checks and compares the outcome with the evaluator's. A divergence becomes a small corpus entry in
DIR/findings, where DIR is the --workdir, and the campaign continues. DIR/events.jsonl is its log. The summary has a line
for each bucket of findings, one for each defect, as triage has; with --json, "buckets" has them. Cases are checked in
worker processes: one that crashes, or takes more than --case-time of processor time, --case-memory or --case-stack, is a
finding like any other. A DIR that holds a campaign already is refused without --resume, which continues it.

Exit status: 0 clean, 1 a new finding, 2 bad flags, 3 an oracle or the machine failed, or the campaign could not be
written, 4 a gate was missed (too many discards), 5 only known issues, 130 interrupted without a finding; --resume then
continues where the campaign stopped.`,
		Example: `  rvfuzz run --duration 60s --seed 1
  rvfuzz run --duration 8h --workdir work --resume
  rvfuzz run --cases 10000 --json | tail -1`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runCampaign(cmd, flags) },
	}
	f := cmd.Flags()
	f.DurationVar(&flags.config.Duration, "duration", 0, "stop after this time (default 60s if --cases is not given)")
	f.IntVar(&flags.config.Workers, "jobs", 0, "cases to work on at once (0: one for each processor)")
	f.StringVar(&flags.config.Dir, "workdir", "work", "folder for findings, log and progress")
	f.StringVar(&flags.metrics, "metrics", "", "HOST:PORT of this machine where Prometheus finds metrics, at /metrics")
	campaignFlags(f, &flags)
	return cmd
}

// campaignFlags adds the flags that say what a campaign does, whoever does it.
func campaignFlags(f *pflag.FlagSet, flags *runFlags) {
	f.Uint64Var(&flags.config.Cases, "cases", 0, "stop after this many cases")
	f.Uint64Var(&flags.config.Seed, "seed", 1, "seed of the campaign; the same seed makes the same cases")
	f.Uint64Var(&flags.config.Shard, "shard", 0, "the shard of the campaign")
	f.BoolVar(&flags.config.Resume, "resume", false, "continue where the campaign of --workdir stopped")
	f.IntVar(&flags.config.MaxFindings, "max-findings", 0, "stop after this many different findings (0: 50)")
	f.DurationVar(&flags.config.MinimizeTime, "minimize-time", 20*time.Second, "how long a finding may be minimised")
	limitFlags(f, &flags.limits, "case-")
	f.StringVar(&flags.options, "options", "", "code generation options for every case, instead of drawn ones")
	f.StringArrayVar(&flags.known, "known", nil, "entry or folder of known issues (repeatable; default corpus/regress of this build)")
	f.StringArrayVar(&flags.seeds, "seeds", nil, "entry, dump of Zig's tests, or folder of them, to start from besides the built-in ones (repeatable)")
	f.StringArrayVar(&flags.splice, "splice", nil, "entry, dump of Zig's tests, or folder of them, whose functions generated programs call: a program for each, to start from (repeatable)")
	f.BoolVar(&flags.config.Builtin, "builtin-seeds", true, "start from every tag of AIR at every width")
	f.BoolVar(&flags.knownOK, "known-ok", false, "exit with 0 instead of 5 if all findings are known issues")
	f.BoolVar(&flags.json, "json", false, "print the summary as one line of JSON at the end")
}

func runCampaign(cmd *cobra.Command, flags runFlags) error {
	config, err := configure(cmd, &flags)
	if err != nil {
		return err
	}
	if flags.metrics != "" {
		end, err := serveMetrics(cmd, flags.metrics, config.Dir)
		if err != nil {
			return err
		}
		defer end()
	}
	summary, err := campaign.Run(cmd.Context(), config)
	return conclude(cmd, &flags, summary, err)
}

// configure returns the campaign that flags describe.
func configure(cmd *cobra.Command, flags *runFlags) (config campaign.Config, err error) {
	if err := checkRun(cmd, flags); err != nil {
		return config, err
	}
	config = flags.config
	config.Command = workerProcess(flags.limits, "campaign")
	config.Version, config.Commit = buildVersion(), buildCommit()
	if flags.options != "" {
		o, err := backend.ParseOptions(flags.options)
		if err != nil {
			return config, err
		}
		config.Options = &o
	}
	if config.Known, err = knownIssues(flags.known); err != nil {
		return config, err
	}
	if config.Seeds, err = seedEntries(cmd, flags); err != nil {
		return config, err
	}
	flags.view = &progressView{w: cmd.ErrOrStderr(), live: isTerminal(cmd.ErrOrStderr()), last: time.Now()}
	config.Events = flags.view.event
	return config, nil
}

// conclude prints what a campaign did and returns what the command ends with.
func conclude(cmd *cobra.Command, flags *runFlags, summary *campaign.Summary, err error) error {
	flags.view.clear()
	switch {
	case errors.Is(err, campaign.ErrOutput), errors.Is(err, campaign.ErrBusy):
		return failed(err)
	case errors.Is(err, campaign.ErrUsed):
		return fmt.Errorf("--workdir: %w (--resume)", err)
	case err != nil:
		return err
	}
	buckets, err := campaign.Triage(flags.config.Dir)
	if err != nil {
		buckets = nil // the folder was removed, which the summary says
	}
	fmt.Fprint(cmd.OutOrStdout(), summary.Text(buckets))
	if flags.json {
		e := json.NewEncoder(cmd.OutOrStdout())
		e.SetEscapeHTML(false)
		if err := e.Encode(&jsonSummary{summary, buckets}); err != nil {
			return failed(err)
		}
	}
	return campaignStatus(summary, flags.knownOK)
}

// jsonSummary is what run prints with --json.
type jsonSummary struct {
	*campaign.Summary
	Buckets []campaign.Bucket `json:"buckets"`
}

// maxJobs bounds how many workers a command may have.
const maxJobs = 1024

// checkRun refuses values of flags that make no campaign.
func checkRun(cmd *cobra.Command, flags *runFlags) error {
	c := &flags.config
	given := cmd.Flags().Changed
	switch {
	case c.Duration < 0 || given("duration") && c.Duration == 0:
		return fmt.Errorf("--duration %s: more than nothing is needed", c.Duration)
	case given("cases") && c.Cases == 0:
		return fmt.Errorf("--cases 0: at least 1 is needed")
	case c.Workers < 0 || c.Workers > maxJobs:
		return fmt.Errorf("--jobs %d: 1 to %d, or 0 for one for each processor", c.Workers, maxJobs)
	case c.MinimizeTime <= 0:
		return fmt.Errorf("--minimize-time %s: more than nothing is needed", c.MinimizeTime)
	case c.MaxFindings < 0:
		return fmt.Errorf("--max-findings %d: no negative value", c.MaxFindings)
	case c.Dir == "":
		return fmt.Errorf("--workdir \"\": a folder is needed")
	}
	return checkLimits(flags.limits)
}

// campaignStatus returns what the command ends with. With knownOK, a campaign that found only known issues is clean.
func campaignStatus(s *campaign.Summary, knownOK bool) error {
	status := s.ExitStatus()
	if status == statusClean || status == campaign.KnownOnly && knownOK {
		return nil
	}
	return exit{status: status}
}

// knownIssues loads the entries that a campaign suppresses.
func knownIssues(paths []string) ([]*corpus.Entry, error) {
	if len(paths) == 0 {
		return corpus.Embedded("regress")
	}
	return corpus.Load(paths...)
}

// seedEntries returns the programs that a campaign starts from besides the built-in ones.
func seedEntries(cmd *cobra.Command, flags *runFlags) ([]*corpus.Entry, error) {
	entries, err := entriesOf(cmd, flags.seeds)
	if err != nil || len(flags.splice) == 0 {
		return entries, err
	}
	real, err := entriesOf(cmd, flags.splice)
	if err != nil {
		return nil, err
	}
	spliced := splice.Entries(real, flags.config.Seed, flags.config.Shard)
	if len(spliced) == 0 {
		return nil, fmt.Errorf("--splice: no function of %s has arguments and a result without addresses, and keeps no state", strings.Join(flags.splice, " "))
	}
	return append(entries, spliced...), nil
}

// entriesOf returns the entries of files and folders, none of none.
func entriesOf(cmd *cobra.Command, paths []string) (entries []*corpus.Entry, err error) {
	if len(paths) == 0 {
		return nil, nil
	}
	files, err := testFiles(paths)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		more, err := f.entries(cmd)
		if err != nil {
			return nil, err
		}
		entries = append(entries, more...)
	}
	return entries, nil
}

// progressView shows a campaign on a terminal: one line that is rewritten, and the findings above it. Elsewhere it
// prints a line every quietInterval.
type progressView struct {
	w     io.Writer
	live  bool
	shown bool
	last  time.Time
}

// quietInterval is the time between two lines of progress that cannot be rewritten.
const quietInterval = 10 * time.Second

func (v *progressView) event(e campaign.Event) {
	switch e.Kind {
	case campaign.Progress:
		v.progress(e)
	case campaign.Finding:
		v.clear()
		from := fmt.Sprintf("case %d", e.Case)
		if seed := campaign.SeedEntry(e.Path); seed != "" {
			from = "seed " + seed
		}
		fmt.Fprintf(v.w, "FINDING %s (%s, after %.0fs, %d instructions) %s\n", e.Bucket, from, e.After.Seconds(), e.Instructions, e.Path)
	case campaign.Trouble:
		v.clear()
		fmt.Fprintf(v.w, "TROUBLE %s\n", e.Text)
	}
}

func (v *progressView) progress(e campaign.Event) {
	if e.Summary == nil || !v.live && e.Time.Sub(v.last) < quietInterval {
		return
	}
	v.last = e.Time
	s := e.Summary
	if s.Phase != "cases" {
		v.show(fmt.Sprintf("%s %s %d of %d, %d findings", s.Elapsed.Round(time.Second), s.Phase, s.Seeds, s.AllSeeds, len(s.Findings)))
		return
	}
	v.show(fmt.Sprintf("%s %d cases, %.0f/s, %d of %d tags, %d tag-type pairs, %.2f%% discarded, %d findings", s.Elapsed.Round(time.Second), s.Cases, s.Rate(),
		s.Tags, backend.CompiledTags(), s.Pairs, 100*float64(s.Discarded)/float64(max(s.Cases+s.Discarded, 1)), len(s.Findings)))
}

// show prints a line of progress.
func (v *progressView) show(line string) {
	if v.live {
		fmt.Fprintf(v.w, "\r\x1b[K%s", line)
		v.shown = true
		return
	}
	fmt.Fprintln(v.w, line)
}

// clear removes the live line.
func (v *progressView) clear() {
	if v.shown {
		fmt.Fprint(v.w, "\r\x1b[K")
		v.shown = false
	}
}
