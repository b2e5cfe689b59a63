package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/mutants"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// on and met are the switches of a build that has them, and which of their functions were called.
var on, met []bool

// eacher hunts many switched defects, each by itself. All meet the same cases, which are made and compiled without a defect
// once. One whose function is not called for a case, or that does not change its code, has no need of a check.
type eacher struct {
	place   *os.File
	out     *json.Encoder
	clean   builder
	changed builder
	checker *diff.Checker
	alive   []int
	told    map[int]int // of those that were met: how many cases they have changed the code of
}

// eachOf hunts the defects with the numbers of a list, comma-separated, on cases from one up to another.
func eachOf(list, place string, seed, from, cases uint64) error {
	e := eacher{out: json.NewEncoder(os.Stdout), checker: diff.NewChecker(diff.Config{Decoder: decode.New()}), told: map[int]int{}}
	for _, word := range strings.Split(list, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n >= len(on) {
			return fmt.Errorf("this build has no switch %q", word)
		}
		e.alive = append(e.alive, n)
	}
	var err error
	if e.place, err = os.Create(place); err != nil {
		return err
	}
	config, g, s := campaign.Config{Seed: seed}, gen.New(gen.Config{}), source.New(0)
	for number := from; number < cases && len(e.alive) > 0; number++ {
		if err := e.at(-1, number); err != nil {
			return err
		}
		e.checker.Self(number%16 == 0)
		if err := e.all(campaign.Make(&config, g, s, number), number); err != nil {
			return err
		}
	}
	return e.at(-1, cases)
}

// at notes which defect is turned on for a case, or none, for whoever finds that the probe has died.
func (e *eacher) at(n int, number uint64) error {
	_, err := e.place.WriteAt(fmt.Appendf(nil, "%8d %16d\n", n, number), 0)
	return err
}

// all checks a case with each defect.
func (e *eacher) all(c *diff.Case, number uint64) error {
	clear(met)
	sound := e.clean.build(c)
	called := append([]bool(nil), met...)
	alive := e.alive[:0]
	for _, n := range e.alive {
		found := ""
		if called[n] {
			if err := e.at(n, number); err != nil {
				return err
			}
			on[n] = true
			found = e.one(c, n, sound)
			on[n] = false
		}
		if found == "" {
			alive = append(alive, n)
			continue
		}
		if err := e.out.Encode(mutants.Sight{Number: n, Case: number + 1, Bucket: found}); err != nil {
			return err
		}
	}
	e.alive = alive
	return nil
}

// one checks a case with the defect that is turned on, and returns what shows it.
func (e *eacher) one(c *diff.Case, n int, sound uint64) string {
	changes, again := e.told[n]
	met[n] = false
	isChanged := e.changed.build(c) != sound
	if !met[n] {
		return "" // what was called makes a table once, without the defect
	}
	if isChanged {
		changes++
	}
	e.told[n] = changes
	if !again || isChanged && changes&(changes-1) == 0 {
		if err := e.out.Encode(mutants.Sight{Number: n, Changed: changes}); err != nil {
			return err.Error()
		}
	}
	if !isChanged {
		return ""
	}
	v := e.checker.Check(c)
	switch {
	case v.Divergence != nil:
		return v.Divergence.Signature.String()
	case !c.Mutated && strings.HasPrefix(v.Discarded, oracle.Unsupported.String()):
		return v.Discarded
	}
	return ""
}
