package campaign_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// A campaign of a few cases, which keeps nothing on disk.
func ExampleRun() {
	summary, err := campaign.Run(context.Background(), campaign.Config{Seed: 2, Cases: 20})
	if err != nil {
		panic(err)
	}
	fmt.Println("cases:", summary.Cases)
	fmt.Println("findings:", len(summary.Findings))
	fmt.Println("clean:", summary.ExitStatus() == campaign.Clean)
	// Output:
	// cases: 20
	// findings: 0
	// clean: true
}

// A case is made again from its number alone.
func ExampleMake() {
	config := campaign.Config{Seed: 1}
	text := func() []byte {
		return air.Print(campaign.Make(&config, gen.New(config.Generator), source.New(0), 42).Module)
	}
	fmt.Println(bytes.Equal(text(), text()))
	// Output: true
}
