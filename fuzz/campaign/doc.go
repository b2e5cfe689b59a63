// Package campaign generates and checks cases without end, and keeps what it finds.
//
//	summary, err := campaign.Run(ctx, campaign.Config{Seed: 1, Cases: 100_000, Dir: "work"})
//	os.Exit(summary.ExitStatus())
//
// Case n of shard s of campaign c is made from source.Case(c, s, n) alone, so any of them can be made again, on any
// machine, in any order. Workers take blocks of case numbers. A divergence in a new bucket is minimised and written to
// Dir/findings as a corpus entry before anything else is told of it; another one in the same bucket is counted. Those
// in the bucket of a known issue (an entry that expects to diverge) are counted apart. Known issues are replayed at the
// start: one that no longer diverges fails the campaign until its line is changed.
//
// Dir/events.jsonl is the log: one JSON object a line, the source of every view. Dir/progress.json holds the summary so
// far, every second; with Resume a campaign that was killed continues from there.
package campaign
