package campaign

import (
	"encoding/json"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// setup is what a worker needs to know of its campaign, its first request.
type setup struct {
	Seed, Shard uint64
	Commit      string
	Generator   gen.Config
	Options     *backend.Options
	SelfEvery   uint64
}

// The things that workers do.
const (
	doSetup    = "setup"
	doKnown    = "known"    // replay the entry of a known issue
	doMake     = "make"     // make the built-in seeds of part First
	doSeed     = "seed"     // check the entry compiled in the ways from First to before Last
	doCases    = "cases"    // check the cases from First to before Last
	doMinimize = "minimize" // make the program small that diverges as Signature
	doShrink   = "shrink"   // make the program small that kills a worker as Signature
	doCheck    = "check"    // check the program, which may kill the worker
	doBlame    = "blame"    // find the culprit of the program
	doPrint    = "print"    // write the program down as it is
	doCover    = "cover"    // write a case down as a seed; a Performer checks that in every way
)

// job is a request to a worker.
type job struct {
	Do          string
	Setup       *setup   `json:",omitempty"`
	Program     *program `json:",omitempty"`
	First, Last uint64   `json:",omitempty"`
	Signature   string   `json:",omitempty"`
	Culprit     string   `json:",omitempty"` // the name of the one that a program that is made small must blame
	Limit       int64    `json:",omitempty"` // how long a search may take, in nanoseconds
	Cases       []uint64 `json:",omitempty"` // that doCover makes seeds of
	Covered     []byte   `json:",omitempty"` // the coverage to which cases add, in place of the worker's own
}

// program names a program: an entry as it is compiled with some options, or a case by its number, or one of the small
// programs that are checked in place of a case that diverges, counted from 1.
type program struct {
	Number  uint64
	Part    uint64 `json:",omitempty"`
	Name    string `json:",omitempty"` // of the entry
	Entry   string `json:",omitempty"` // its text
	Options string `json:",omitempty"` // that replace the entry's
	Found   string // where it comes from, as entries write it
}

// outcome is the reply to a job. Which parts are set depends on the job.
type outcome struct {
	Tally       tally
	Divergences []divergence  `json:",omitempty"`
	Discards    []discard     `json:",omitempty"`
	Failed      string        `json:",omitempty"` // why a known issue did not diverge as it should
	Made        []program     `json:",omitempty"` // the seeds that were made
	Small       *finding      `json:",omitempty"`
	Culprit     *diff.Culprit `json:",omitempty"`
	Others      []divergence  `json:",omitempty"` // found while another one was minimised
	Memory      uint64        `json:",omitempty"` // bytes that the worker uses
	Deaths      []string      `json:",omitempty"` // of workers elsewhere
}

// divergence is a program that shows a defect.
type divergence struct {
	Program   program
	Signature string
	Death     string `json:",omitempty"` // what the worker printed when it died of the program
}

func (d *divergence) signature() diff.Signature {
	s, err := diff.ParseSignature(d.Signature)
	if err != nil {
		panic("campaign: " + err.Error())
	}
	return s
}

// discard is a case that showed nothing.
type discard struct {
	Number uint64
	Reason string
}

// finding is a program as it is written to disk.
type finding struct {
	Name, Entry     string          // of the file, and its content
	Signature, Text string          // Text is what explain reports
	Explanation     json.RawMessage `json:",omitempty"` // the same for programs
	Options         string
	Instructions    int
}

// tally is what a worker counts in one job.
type tally struct {
	Cases, Discarded, Instructions, Steps uint64
	Endings                               [oracle.Unsupported + 1]uint64
	Reasons                               map[string]uint64 `json:",omitempty"`
	Reached                               []reached         `json:",omitempty"`
}

// reached is a pair of tag and type class that is new to the worker, and the case that had it first.
type reached struct {
	Pair int    `json:"p"`
	Case uint64 `json:"c"`
}

// add adds the tally of another job.
func (t *tally) add(o *tally) {
	t.Cases += o.Cases
	t.Discarded += o.Discarded
	t.Instructions += o.Instructions
	t.Steps += o.Steps
	for ending, n := range o.Endings {
		t.Endings[ending] += n
	}
	for reason, n := range o.Reasons {
		count(&t.Reasons, reason, n)
	}
	t.Reached = append(t.Reached, o.Reached...)
}

func (t *tally) addTo(s *Summary) {
	s.Cases += t.Cases
	s.Discarded += t.Discarded
	s.Instructions += t.Instructions
	s.Steps += t.Steps
	for reason, n := range t.Reasons {
		count(&s.Reasons, reason, n)
	}
	for ending, n := range t.Endings {
		if n > 0 {
			s.Runs += n
			count(&s.Endings, oracle.Ending(ending).String(), n)
		}
	}
}

// count adds to a counter of a map that may not exist yet.
func count(counts *map[string]uint64, name string, n uint64) {
	if *counts == nil {
		*counts = map[string]uint64{}
	}
	(*counts)[name] += n
}

// join adds the outcome of another part of the same unit.
func (o *outcome) join(p *outcome) {
	o.Tally.add(&p.Tally)
	o.Divergences = append(o.Divergences, p.Divergences...)
	o.Discards = append(o.Discards, p.Discards...)
	o.Failed += p.Failed
	o.Memory = max(o.Memory, p.Memory)
	if o.Culprit == nil {
		o.Culprit = p.Culprit
	}
}
