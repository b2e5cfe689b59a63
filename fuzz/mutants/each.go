package mutants

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Sight is what a probe tells of a switched defect among others: that its function was called, of how many cases it has
// changed the code, at each power of two, or that a case showed it.
type Sight struct {
	Number  int    `json:"number"`
	Changed int    `json:"changed,omitempty"`
	Case    uint64 `json:"case,omitempty"` // counted from 1
	Bucket  string `json:"bucket,omitempty"`
}

// patience is how long a probe may take for a case with a defect, which it else takes to be dead.
const patience = time.Minute

// MeasureEach hunts each of the defects that can be switched by itself, all on the same cases of the first seed: a case is
// made once, and checked only with those defects that change its code. It tells of each defect when it is found, and in the
// end of the others; those that there are measurements of already, that have no switch, or whose function was not called, are
// not among them.
func (l *Lab) MeasureEach(ctx context.Context, had func(*Defect) bool, tell func(*Measurement) error) error {
	alive := map[int]*Hunt{}
	for n := range l.list {
		if l.switched[n] && !had(&l.list[n]) {
			alive[n] = &Hunt{Seed: l.config.Seeds[0], Cases: l.config.Cases}
		}
	}
	found := func(n int, h Hunt) error {
		delete(alive, n)
		return tell(&Measurement{Defects: l.list[n : n+1], Hunts: []Hunt{h}})
	}
	for from := uint64(0); from < l.config.Cases && len(alive) > 0; {
		n, number, err := l.eachFrom(ctx, from, alive, found)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			break
		}
		if h := alive[n]; h == nil {
			return err
		}
		from = number
		if err := found(n, Hunt{Seed: l.config.Seeds[0], Detected: true, Reached: true, Triggered: 1, Cases: number + 1,
			Buckets: []Bucket{{Name: "the-campaign-dies", Case: number, Text: err.Error()}}}); err != nil {
			return err
		}
	}
	for _, n := range slices.Sorted(maps.Keys(alive)) {
		if h := *alive[n]; h.Reached {
			if err := found(n, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// eachFrom runs one probe, from a case on. If that dies, it returns the defect that was turned on and the case.
func (l *Lab) eachFrom(ctx context.Context, from uint64, alive map[int]*Hunt, found func(int, Hunt) error) (n int, number uint64, err error) {
	var list []string
	for _, n := range slices.Sorted(maps.Keys(alive)) {
		list = append(list, strconv.Itoa(n))
	}
	place := filepath.Join(l.dir, "place")
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(ctx, l.probe, "-each", strings.Join(list, ","), "-place", place, "-seed", strconv.FormatUint(l.config.Seeds[0], 10),
		"-from", strconv.FormatUint(from, 10), "-cases", strconv.FormatUint(l.config.Cases, 10))
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return -1, 0, err
	}
	go watch(ctx, stop, place)
	told := take(bufio.NewScanner(out), alive, found)
	if err := errors.Join(cmd.Wait(), told); err != nil {
		text, _ := os.ReadFile(place)
		if _, again := fmt.Sscan(string(text), &n, &number); again != nil {
			n = -1
		}
		return n, number, fmt.Errorf("%w\n%.2000s", err, complaint.Bytes())
	}
	return 0, l.config.Cases, nil
}

// watch stops a probe that has been at one place for too long.
func watch(ctx context.Context, stop func(), place string) {
	var last []byte
	for since := time.Now(); ctx.Err() == nil; time.Sleep(time.Second) {
		text, _ := os.ReadFile(place)
		switch {
		case !bytes.Equal(text, last):
			last, since = text, time.Now()
		case time.Since(since) > patience:
			stop()
		}
	}
}

// take takes what a probe tells.
func take(lines *bufio.Scanner, alive map[int]*Hunt, found func(int, Hunt) error) error {
	for lines.Scan() {
		var s Sight
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			return err
		}
		h := alive[s.Number]
		if h == nil {
			continue
		}
		h.Reached = true
		h.Triggered = max(h.Triggered, s.Changed)
		if s.Case == 0 {
			continue
		}
		h.Detected, h.Cases = true, s.Case
		h.Buckets = []Bucket{{Name: s.Bucket, Signature: s.Bucket, Case: s.Case - 1}}
		if err := found(s.Number, *h); err != nil {
			return err
		}
	}
	return lines.Err()
}
