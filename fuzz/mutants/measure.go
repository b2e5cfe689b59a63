package mutants

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"time"
)

// Hunt is the outcome of one run of the probe.
type Hunt struct {
	Seed     uint64 `json:"seed"`
	Detected bool   `json:"detected"`
	// Cases is the number of the case that showed the defect, counted from 1, and Seconds the time to the minimised
	// finding; both of the whole hunt if the defect was not detected.
	Cases   uint64  `json:"cases"`
	Seconds float64 `json:"seconds"`
	// Signature, Instructions and Text are of the minimised finding.
	Signature    string `json:"signature,omitempty"`
	Instructions int    `json:"instructions,omitempty"`
	Text         string `json:"text,omitempty"`
}

// Measurement is how a defect fared.
type Measurement struct {
	Defect Defect
	Hunts  []Hunt // of a defect of the product, one for each seed
	Catch  Catch  // of a defect of an oracle
}

// Detected returns the number of seeds that found the defect.
func (m *Measurement) Detected() (n int) {
	for i := range m.Hunts {
		if m.Hunts[i].Detected {
			n++
		}
	}
	return n
}

// Median returns the hunt with the median number of cases to detection.
func (m *Measurement) Median() Hunt {
	sorted := append([]Hunt{}, m.Hunts...)
	sort.SliceStable(sorted, func(i, j int) bool {
		if sorted[i].Detected != sorted[j].Detected {
			return sorted[i].Detected
		}
		return sorted[i].Cases < sorted[j].Cases
	})
	return sorted[len(sorted)/2]
}

// Found reports whether a campaign found the defect and made it no larger than so many AIR instructions, or a test of
// the oracle caught it.
func (m *Measurement) Found(largest int) bool {
	if m.Defect.Target != Product {
		return m.Catch.Caught
	}
	return m.Detected() > 0 && m.Median().Instructions <= largest
}

// String returns one line of the report.
func (m *Measurement) String() string {
	if m.Defect.Target != Product {
		return fmt.Sprintf("%-28s %s", m.Defect.Name(), m.Catch.Reason)
	}
	h := m.Median()
	return fmt.Sprintf("%-26s %d/%d  %6d cases %6.1fs  %2d instructions  %s",
		m.Defect.ID, m.Detected(), len(m.Hunts), h.Cases, h.Seconds, h.Instructions, h.Signature)
}

// Config says how defects are measured. A zero field means its default.
type Config struct {
	// Root is the folder of the module's go.mod; required.
	Root string
	// Seeds are the campaigns to hunt with; 1, 2 and 3.
	Seeds []uint64
	// Cases and Time bound one hunt; 20000 and a minute.
	Cases uint64
	Time  time.Duration
	// TestTime bounds the tests of one package of an oracle; five minutes.
	TestTime time.Duration
}

func (c Config) withDefaults() (Config, error) {
	if len(c.Seeds) == 0 {
		c.Seeds = []uint64{1, 2, 3}
	}
	if c.Cases == 0 {
		c.Cases = 20000
	}
	if c.Time == 0 {
		c.Time = time.Minute
	}
	if c.TestTime == 0 {
		c.TestTime = 5 * time.Minute
	}
	var err error
	c.Root, err = filepath.Abs(c.Root) // an overlay is read from another folder
	return c, err
}

// Measure plants a defect. Of the product, it builds the probe with it and hunts once for each seed; of an oracle, it
// runs the oracle's tests until one fails.
func Measure(ctx context.Context, d Defect, c Config) (m Measurement, err error) {
	m.Defect = d
	if c, err = c.withDefaults(); err != nil {
		return m, err
	}
	dir, err := os.MkdirTemp("", "mutant-")
	if err != nil {
		return m, err
	}
	defer func() {
		if e := os.RemoveAll(dir); err == nil {
			err = e
		}
	}()
	overlay, err := d.Plant(c.Root, dir)
	if err != nil {
		return m, err
	}
	if d.Target == Product {
		m.Hunts, err = hunts(ctx, dir, overlay, c)
	} else {
		m.Catch, err = runTests(ctx, d, c.Root, dir, overlay, c.TestTime)
	}
	if err != nil {
		return m, fmt.Errorf("defect %s: %w", d.Name(), err)
	}
	return m, nil
}

// hunts builds the probe with an overlay and runs it once for each seed.
func hunts(ctx context.Context, dir, overlay string, c Config) ([]Hunt, error) {
	probe := filepath.Join(dir, "probe")
	if _, err := command(ctx, c.Root, "go", "build", "-overlay", overlay, "-o", probe, "./fuzz/mutants/probe"); err != nil {
		return nil, fmt.Errorf("does not build: %w", err)
	}
	list := make([]Hunt, len(c.Seeds))
	for i, seed := range c.Seeds {
		out, err := command(ctx, "", probe, "-seed", strconv.FormatUint(seed, 10),
			"-cases", strconv.FormatUint(c.Cases, 10), "-time", c.Time.String())
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(out, &list[i]); err != nil {
			return nil, fmt.Errorf("the probe's report: %w", err)
		}
	}
	return list, nil
}

// command runs a program and returns its standard output. If the program fails, its standard error is in the error.
func command(ctx context.Context, dir, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.WaitDelay = time.Second // a compiler that a killed go command leaves behind does not hold the pipes
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("%s: %w\n%s", name, err, complaint.Bytes())
	}
	return out, nil
}
