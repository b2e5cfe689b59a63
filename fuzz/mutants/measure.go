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

// Hunt is what one run of the probe came to.
type Hunt struct {
	Seed     uint64 `json:"seed"`
	Detected bool   `json:"detected"`
	// Cases is the number of the case that showed the defect, counted from 1, and
	// Seconds the time to the minimised finding; both of the whole hunt if it was not detected.
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
	Hunts  []Hunt // one for each seed
}

// Detected is the number of seeds that found the defect.
func (m *Measurement) Detected() (n int) {
	for i := range m.Hunts {
		if m.Hunts[i].Detected {
			n++
		}
	}
	return n
}

// MedianCases is the median number of cases to detection, and Median the hunt of it.
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

// String is one line of the report.
func (m *Measurement) String() string {
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
}

func (c Config) withDefaults() Config {
	if len(c.Seeds) == 0 {
		c.Seeds = []uint64{1, 2, 3}
	}
	if c.Cases == 0 {
		c.Cases = 20000
	}
	if c.Time == 0 {
		c.Time = time.Minute
	}
	return c
}

// Measure plants a defect, builds the probe with it and hunts once for each seed.
func Measure(ctx context.Context, d Defect, c Config) (m Measurement, err error) {
	c = c.withDefaults()
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
	probe := filepath.Join(dir, "probe")
	if _, err := command(ctx, c.Root, "go", "build", "-overlay", overlay, "-o", probe, "./fuzz/mutants/probe"); err != nil {
		return m, fmt.Errorf("defect %s does not build: %w", d.ID, err)
	}
	m.Defect = d
	for _, seed := range c.Seeds {
		h, err := hunt(ctx, probe, seed, c)
		if err != nil {
			return m, fmt.Errorf("defect %s: %w", d.ID, err)
		}
		m.Hunts = append(m.Hunts, h)
	}
	return m, nil
}

func hunt(ctx context.Context, probe string, seed uint64, c Config) (h Hunt, err error) {
	out, err := command(ctx, "", probe, "-seed", strconv.FormatUint(seed, 10),
		"-cases", strconv.FormatUint(c.Cases, 10), "-time", c.Time.String())
	if err != nil {
		return h, err
	}
	return h, json.Unmarshal(out, &h)
}

// command runs a program and gives what it printed; what it complained of is in the error.
func command(ctx context.Context, dir, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", name, err, complaint.Bytes())
	}
	return out, nil
}
