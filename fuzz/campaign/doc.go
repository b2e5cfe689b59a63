// Package campaign generates and checks cases without end, and keeps what it finds.
//
//	summary, err := campaign.Run(ctx, campaign.Config{Seed: 1, Cases: 100_000, Dir: "work"})
//	os.Exit(summary.ExitStatus())
//
// Case n of shard s of campaign c is made from source.Case(c, s, n) alone, so any of them can be made again, on any
// machine, in any order. Workers, which are processes with limits of time, memory and stack if Config.Command is set,
// do units: a known issue, a seed compiled in several ways, or a block of cases. Results are committed in the order of
// the units, so what a campaign finds does not depend on the number of workers. A divergence in a new bucket is
// minimised and written to Dir/findings as a corpus entry before anything else is told of it; another one in the same
// bucket is counted. A worker that dies of a case is a divergence too: the case is made small by killing others.
// Divergences in the bucket of a known issue (an entry that expects to diverge) are counted apart. Known issues are
// replayed at the start: one that no longer diverges fails the campaign until its line is changed.
//
// Dir/events.jsonl is the log: one JSON object a line, which is only appended to (docs/event-log.md); History is what it
// tells. Dir/progress.json is the checkpoint, written several times a second: with Resume a campaign that was killed
// continues from there, and counts what it does again once. Dir/lock is locked while a campaign runs.
package campaign
