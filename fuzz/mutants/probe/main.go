// Command probe hunts with the code generator that it was built with, stops at the first finding, and prints the
// outcome as one line of JSON. Package mutants builds it with a defect planted.
//
//	probe -seed 1 -cases 20000
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/mutants"
)

func main() {
	seed := flag.Uint64("seed", 1, "seed of the campaign")
	cases := flag.Uint64("cases", 20000, "number of cases after which to give up")
	limit := flag.Duration("time", time.Minute, "time after which to give up")
	flag.Parse()
	result := mutants.Hunt{Seed: *seed}
	start := time.Now()
	config := campaign.Config{Seed: *seed, Cases: *cases, Duration: *limit, Workers: 1, MaxFindings: 1, SelfEvery: 16}
	config.Events = func(e campaign.Event) {
		if e.Kind == campaign.Finding && !result.Detected {
			result.Detected, result.Signature, result.Instructions, result.Text = true, e.Signature, e.Instructions, e.Text
			result.Seconds, result.Cases = time.Since(start).Seconds(), e.Case+1
		}
	}
	summary, err := campaign.Run(context.Background(), config)
	if err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(campaign.Failed)
	}
	if !result.Detected {
		result.Seconds, result.Cases = time.Since(start).Seconds(), summary.Cases
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(campaign.Failed)
	}
}
