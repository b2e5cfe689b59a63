package main

import (
	"encoding/json"
	"io"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

func init() { export, checker = exportCases, keepingChecker }

// keepingChecker is checker for this tree.
func keepingChecker(words string) (*diff.Checker, func() error, error) {
	d := decode.New()
	if words != "" {
		if err := d.Keep(words); err != nil {
			return nil, nil, err
		}
	}
	return diff.NewChecker(diff.Config{Decoder: d}), d.Save, nil
}

// exportCases writes the cases of a campaign as corpus entries, each a JSON string.
func exportCases(seed uint64, n int, to io.Writer) error {
	g, s, k, lines := gen.New(gen.Config{}), source.New(0), diff.NewChecker(diff.Config{}), json.NewEncoder(to)
	for i := range n {
		c := campaign.Make(&campaign.Config{Seed: seed}, g, s, uint64(i))
		if err := lines.Encode(string(corpus.Format(replay.Entry(k, c, diff.Signature{}, "")))); err != nil {
			return err
		}
	}
	return nil
}
