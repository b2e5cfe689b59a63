package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
)

type triageFlags struct {
	known, expires, folder string
	recheck                bool
	limits                 isolate.Limits
}

func triageCommand() *cobra.Command {
	var flags triageFlags
	cmd := &cobra.Command{
		Use:   "triage [flags] WORKDIR [BUCKET]",
		Short: "List, show, recheck and close what a campaign found",
		Long: `triage lists the buckets of a campaign's folder, one for each defect: its state, how many cases showed it, the first of
them, the seconds after which it was told of, the AIR instructions of its program, its name and its file. With a BUCKET,
or a part of the name that only one has, it shows that one: what explain reported, and the entry.

The states are new, known, flaky (it diverges sometimes) and gone (it no longer diverges). The files of each are in a
folder of WORKDIR: findings, known, flaky and gone; findings that turned out to be of the defect of another one are in also. Buckets of the known issues that the campaign was told of have no
file; the list has their counts.

With --known ADDRESS and --expires DATE the entry of BUCKET is written to a folder of known issues, where campaigns
count its bucket apart until that day; ADDRESS is where it is discussed, a URL. A second time changes both. With --recheck every finding, or that of BUCKET,
is checked again by this build, three times, and closed if it no longer diverges. Without BUCKET the known issues in the
folder for them are replayed too, and those told of that no longer diverge, or whose day has come.

Exit status: 1 if there are new or flaky buckets among those listed or shown, 5 if there are only known ones.`,
		Example: `  rvfuzz triage work
  rvfuzz triage work sat.mul_sat
  rvfuzz triage work sat.mul_sat --known https://example.org/issues/12 --expires 2027-01-31
  rvfuzz triage work --recheck`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return triage(cmd, flags, args) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.known, "known", "", "write BUCKET down as a known issue that is discussed at this address")
	f.StringVar(&flags.expires, "expires", "", "day from which the known issue is an error again, such as 2027-01-31")
	f.StringVarP(&flags.folder, "output", "o", builtinKnown, "folder for the known issue")
	f.BoolVar(&flags.recheck, "recheck", false, "check again, and close what no longer diverges")
	limitFlags(f, &flags.limits, "case-")
	return cmd
}

func triage(cmd *cobra.Command, flags triageFlags, args []string) error {
	if (flags.known == "") != (flags.expires == "") {
		return fmt.Errorf("--known and --expires go together")
	}
	if flags.known != "" {
		if field, err := campaign.CheckKnown(flags.known, flags.expires); err != nil {
			return fmt.Errorf("--%s %w", map[string]string{campaign.IssueField: "known", campaign.ExpiresField: "expires"}[field], err)
		}
	}
	if err := checkLimits(flags.limits); err != nil {
		return err
	}
	dir := args[0]
	history, err := campaign.ReadHistory(dir)
	if err != nil {
		return err
	}
	buckets, err := history.Buckets(dir)
	if err != nil {
		return err
	}
	if len(args) == 1 {
		if flags.known != "" {
			return fmt.Errorf("--known needs a bucket")
		}
		err = triageAll(cmd, flags, dir, buckets, history.Summary.Known)
		if !flags.recheck {
			return err
		}
		known, again := recheckKnown(cmd, flags)
		switch {
		case again != nil:
			return again
		case known > 0:
			return exit{status: statusFinding}
		}
		return err
	}
	b, err := selectBucket(buckets, args[1])
	if err != nil {
		if name, ok := knownOnly(history.Summary.Known, args[1]); ok && flags.known == "" && !flags.recheck {
			fmt.Fprintf(cmd.OutOrStdout(), "bucket     %s (known)\ncases      %d, counted apart for a known issue that the campaign was told of, and so without a file here\n",
				name, history.Summary.Known[name])
			return triageStatus(map[string]int{campaign.Known: 1})
		}
		return err
	}
	switch {
	case flags.known != "":
		path, err := b.MarkKnown(dir, flags.folder, flags.known, flags.expires)
		if err == nil {
			fmt.Fprintln(cmd.OutOrStdout(), path)
			fmt.Fprintln(cmd.ErrOrStderr(), whereKnown(flags.folder))
		}
		return err
	case flags.recheck:
		return triageAll(cmd, flags, dir, []campaign.Bucket{*b}, nil)
	}
	if err := showBucket(cmd.OutOrStdout(), b); err != nil {
		return err
	}
	return triageStatus(map[string]int{b.State: 1})
}

// builtinKnown is the folder whose known issues a build holds.
const builtinKnown = "corpus/regress"

// whereKnown returns what makes campaigns count a known issue of a folder apart.
func whereKnown(folder string) string {
	if filepath.ToSlash(filepath.Clean(folder)) == builtinKnown {
		return fmt.Sprintf("campaigns count it apart after \"make build\", or with \"rvfuzz run --known %s\"", folder)
	}
	return fmt.Sprintf("campaigns count it apart with \"rvfuzz run --known %s\"", folder)
}

// triageAll lists buckets, after a recheck if there is to be one, and the counts of those that known issues of the build
// took.
func triageAll(cmd *cobra.Command, flags triageFlags, dir string, buckets []campaign.Bucket, known map[string]uint64) error {
	for i := range buckets {
		if flags.recheck {
			if err := buckets[i].Recheck(cmd.Context(), dir, workerProcess(flags.limits, "campaign")); err != nil {
				return fmt.Errorf("%s: %w", buckets[i].Name, err)
			}
		}
		fmt.Fprintln(cmd.OutOrStdout(), &buckets[i])
	}
	counts, listed := map[string]int{}, map[string]bool{}
	for i := range buckets {
		counts[buckets[i].State]++
		listed[buckets[i].Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if !listed[name] {
			counts[campaign.Known]++
			fmt.Fprintf(cmd.OutOrStdout(), "known %6d cases  %s\n", known[name], name)
		}
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d new, %d known, %d flaky, %d gone\n",
		counts[campaign.New], counts[campaign.Known], counts[campaign.Flaky], counts[campaign.Gone])
	return triageStatus(counts)
}

// triageStatus returns what the command ends with, by the number of buckets in each state.
func triageStatus(counts map[string]int) error {
	switch {
	case counts[campaign.New]+counts[campaign.Flaky] > 0:
		return exit{status: statusFinding}
	case counts[campaign.Known] > 0:
		return exit{status: campaign.KnownOnly}
	}
	return nil
}

// recheckKnown replays the known issues of the folder for them, and returns how many are to be closed.
func recheckKnown(cmd *cobra.Command, flags triageFlags) (ended int, err error) {
	if _, err := os.Stat(flags.folder); errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	entries, err := corpus.Load(flags.folder)
	if err != nil {
		return 0, err
	}
	w := &isolate.Worker{Command: workerProcess(flags.limits, "test")}
	defer w.Close()
	held := 0
	for _, e := range entries {
		if e.Expect.Kind != corpus.Diverge {
			continue
		}
		f := testFile{path: filepath.Join(flags.folder, e.Name)}
		if err := f.run(cmd, w); err != nil {
			return ended, err
		}
		for _, r := range f.results {
			if r.Status == replay.Passed {
				held++
				continue
			}
			ended++
			fmt.Fprintf(cmd.OutOrStdout(), "known issue %s: %s\n", r.Name, r.Reason)
		}
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d known issues of %s still diverge, %d do not or have expired\n", held, flags.folder, ended)
	return ended, nil
}

// selectBucket returns the bucket with a name, or the only one whose name has a part.
func selectBucket(buckets []campaign.Bucket, name string) (*campaign.Bucket, error) {
	var found *campaign.Bucket
	for i := range buckets {
		b := &buckets[i]
		switch {
		case b.Name == name:
			return b, nil
		case strings.Contains(b.Name, name) && found != nil:
			return nil, fmt.Errorf("%.60q: more than one bucket has that in its name, such as %s and %s", name, found.Name, b.Name)
		case strings.Contains(b.Name, name):
			found = b
		}
	}
	if found == nil {
		return nil, fmt.Errorf("%.60q: no bucket has that in its name", name)
	}
	return found, nil
}

// knownOnly returns the bucket with a name, or the only one whose name has a part, of those that a campaign only counted.
func knownOnly(known map[string]uint64, part string) (name string, ok bool) {
	if known[part] > 0 {
		return part, true
	}
	for bucket := range known {
		if strings.Contains(bucket, part) {
			if ok {
				return "", false
			}
			name, ok = bucket, true
		}
	}
	return name, ok
}

func showBucket(w io.Writer, b *campaign.Bucket) error {
	data, err := os.ReadFile(b.Path)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "bucket     %s (%s)\nsignature  %s\nfile       %s\n", b.Name, b.StateName(), b.Signature, b.Path)
	for _, path := range b.Also {
		fmt.Fprintf(w, "also       %s\n", path)
	}
	fmt.Fprintf(w, "cases      %d, %s, told of after %s\n\n%s\n\n%s",
		b.Count, b.First(), b.After.Round(time.Second/10), strings.TrimSpace(b.Text), data)
	return nil
}
