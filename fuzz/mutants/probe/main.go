// Command probe hunts with the code generator that it was built with, and prints the outcome as one line of JSON.
// Package mutants builds it with defects planted.
//
//	probe -seed 1 -cases 20000
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sort"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/mutants"
)

func main() {
	seed := flag.Uint64("seed", 1, "seed of the campaign")
	cases := flag.Uint64("cases", 20000, "number of cases of the hunt")
	limit := flag.Duration("time", time.Minute, "time after which the hunt ends")
	jobs := flag.Int("jobs", 1, "cases checked at once")
	entries := flag.Bool("entries", false, "print the entries too")
	seeds := flag.Bool("seeds", false, "check the programs first that campaigns start from, as rvfuzz run does")
	flag.Parse()
	result := mutants.Hunt{Seed: *seed}
	config := campaign.Config{Seed: *seed, Cases: *cases, Duration: *limit, Workers: *jobs, SelfEvery: 16, Builtin: *seeds}
	err := hunt(&result, config, *entries)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(result)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(campaign.Failed)
	}
}

// hunt carries out a campaign.
func hunt(result *mutants.Hunt, config campaign.Config, entries bool) error {
	dir, err := os.MkdirTemp("", "probe-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	start := time.Now()
	config.Dir = dir
	config.Events = func(e campaign.Event) {
		if e.Kind == campaign.Finding && !result.Detected {
			result.Detected, result.Seconds, result.Cases = true, time.Since(start).Seconds(), e.Case+1
		}
	}
	summary, err := campaign.Run(context.Background(), config)
	if err != nil {
		return err
	}
	if !result.Detected {
		result.Seconds, result.Cases = time.Since(start).Seconds(), summary.Cases
	}
	buckets, err := campaign.Triage(dir)
	if err != nil {
		return err
	}
	for i := range buckets {
		b := &buckets[i]
		found := mutants.Bucket{Name: b.Name, Case: b.Case, Count: b.Count, Signature: b.Signature, Instructions: b.Instructions, Text: b.Text}
		if entries {
			text, err := os.ReadFile(b.Path)
			if err != nil {
				return err
			}
			found.Entry = string(text)
		}
		result.Buckets = append(result.Buckets, found)
	}
	sort.SliceStable(result.Buckets, func(i, j int) bool { return result.Buckets[i].Case < result.Buckets[j].Case })
	return nil
}
