// Command probe hunts with the code generator that it was built with, and prints the outcome as one line of JSON. With
// -census it prints what that generator makes of the first cases of a campaign, one hash of the image a line. Package
// mutants builds it with defects planted.
//
//	probe -seed 1 -cases 20000
//	probe -seed 1 -census 400
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"sort"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/mutants"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

func main() {
	seed := flag.Uint64("seed", 1, "seed of the campaign")
	cases := flag.Uint64("cases", 20000, "number of cases of the hunt")
	limit := flag.Duration("time", time.Minute, "processor time after which the hunt ends")
	first := flag.Bool("first", false, "end with the first finding, which is not made small")
	census := flag.Uint64("census", 0, "print the hashes of the images of so many cases instead")
	each := flag.String("each", "", "hunt each of the switched defects with these numbers by itself, all on the same cases")
	from := flag.Uint64("from", 0, "the first case of -each")
	place := flag.String("place", "", "file that always says which defect -each has turned on for which case")
	jobs := flag.Int("jobs", 1, "cases checked at once")
	entries := flag.Bool("entries", false, "print the entries too")
	seeds := flag.Bool("seeds", false, "check the programs first that campaigns start from, as rvfuzz run does")
	after := flag.Uint64("after", 0, "cases after the first finding with which the hunt ends (0: none)")
	flag.Parse()
	if *census > 0 {
		count(*seed, *census)
		return
	}
	if *each != "" {
		if err := eachOf(*each, *place, *seed, *from, *cases); err != nil {
			fmt.Fprintln(os.Stderr, "probe:", err)
			os.Exit(campaign.Failed)
		}
		return
	}
	result := mutants.Hunt{Seed: *seed}
	config := campaign.Config{Seed: *seed, Cases: *cases, End: afterProcessing(*limit), Workers: *jobs, SelfEvery: 16, Builtin: *seeds}
	if *first {
		config.MaxFindings, config.MinimizeTime = 1, time.Millisecond
	}
	err := hunt(&result, config, *after, *entries)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(result)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(campaign.Failed)
	}
}

// hunt carries out a campaign, to so many cases after its first finding if that is not 0.
func hunt(result *mutants.Hunt, config campaign.Config, after uint64, entries bool) error {
	dir, err := os.MkdirTemp("", "probe-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	config.Dir = dir
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	config.Events = func(e campaign.Event) {
		if after > 0 && result.Detected && e.Summary != nil && e.Summary.Cases >= result.Cases+after {
			stop()
		}
		if e.Kind == campaign.Finding && !result.Detected {
			result.Detected, result.Seconds, result.Cases = true, processorTime().Seconds(), e.Case+1
		}
	}
	summary, err := campaign.Run(ctx, config)
	if err != nil {
		return err
	}
	if !result.Detected {
		result.Seconds, result.Cases = processorTime().Seconds(), summary.Cases
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

// afterProcessing returns a channel that is closed when this process has used so much processor time.
func afterProcessing(limit time.Duration) <-chan struct{} {
	end := make(chan struct{})
	go func() {
		for used := processorTime(); used < limit; used = processorTime() {
			time.Sleep(max((limit-used)/8, time.Millisecond))
		}
		close(end)
	}()
	return end
}

// count prints the hashes of the images of n cases.
func count(seed, n uint64) {
	b, g, s := builder{}, gen.New(gen.Config{}), source.New(0)
	for number := range n {
		fmt.Printf("%016x\n", b.build(campaign.Make(&campaign.Config{Seed: seed}, g, s, number)))
	}
}

// builder compiles cases as campaigns do.
type builder struct{ compiler backend.Compiler }

// build returns a hash of the image of a case, or of why there is none.
func (b *builder) build(c *diff.Case) uint64 {
	h := fnv.New64a()
	image, err := b.compiled(c)
	if err != nil {
		fmt.Fprint(h, err)
		return h.Sum64()
	}
	for i := range image.Segments {
		h.Write(image.Segments[i].Data)
	}
	for i := range image.Locations {
		l := &image.Locations[i]
		h.Write(fmt.Append(nil, l.PC, l.Inst, l.Site, l.Loc))
	}
	fmt.Fprint(h, image.Symbols)
	return h.Sum64()
}

// compiled compiles a case. A broken rule is an error, after which the compiler's memory is not used again.
func (b *builder) compiled(c *diff.Case) (image *backend.Image, err error) {
	defer func() {
		if r := recover(); r != nil {
			b.compiler = backend.Compiler{}
			err = fmt.Errorf("%v", r)
		}
	}()
	o := c.Options
	o.Verify, o.Verified, o.Locations = true, true, true
	return b.compiler.Compile(c.Module, o)
}
