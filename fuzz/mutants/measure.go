package mutants

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Hunt is the outcome of one run of the probe.
type Hunt struct {
	Seed     uint64 `json:"seed"`
	Detected bool   `json:"detected"`
	// Reached reports whether the function with the defect was called; Triggered is how many cases are compiled to other
	// code because of it at least: of the first ones, or of those that MeasureEach has counted.
	Reached   bool `json:"reached"`
	Triggered int  `json:"triggered"`
	// Cases is the number of the case that showed the defect, counted from 1, and Seconds the processor time to the
	// minimised finding; both of the whole hunt if the defect was not detected.
	Cases   uint64  `json:"cases"`
	Seconds float64 `json:"seconds"`
	// Buckets are what there was at the end of the hunt, in the order in which they were found.
	Buckets []Bucket `json:"buckets,omitempty"`
}

// Bucket is one bucket of a hunt.
type Bucket struct {
	Name  string `json:"name"`
	Case  uint64 `json:"case"`
	Count uint64 `json:"count"`
	// Signature, Instructions and Text are of the minimised finding.
	Signature    string `json:"signature"`
	Instructions int    `json:"instructions"`
	Text         string `json:"text"`
	Entry        string `json:"entry,omitempty"`
}

// Instructions returns the size of the first finding.
func (h *Hunt) Instructions() int {
	if len(h.Buckets) == 0 {
		return 0
	}
	return h.Buckets[0].Instructions
}

// censusCases is how many cases are compiled to see where a defect changes the code.
const censusCases = 400

// effect says how far a defect got.
func (h *Hunt) effect() string {
	switch {
	case h.Triggered > 0:
		return fmt.Sprintf("- changes the code of %d cases at least", h.Triggered)
	case h.Reached:
		return "- reached, changes no code"
	}
	return "- not reached"
}

// Measurement is how defects fared: one, or several at once.
type Measurement struct {
	Defects []Defect
	Hunts   []Hunt // of defects of the product, one for each seed
	Catch   Catch  // of a defect of an oracle
	// Named counts the hunts whose buckets all name the file and the function of a defect, and Single those that ended
	// with as many buckets as there are defects.
	Named, Single int
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
	if m.Defects[0].Target != Product {
		return m.Catch.Caught
	}
	h := m.Median()
	return m.Detected() > 0 && h.Instructions() <= largest
}

// Header is the line above those that String returns of defects of the product.
const Header = "defect                      found buckets    named   cases  seconds  size  first bucket"

// String returns one line of the report.
func (m *Measurement) String() string {
	d := &m.Defects[0]
	if d.Target != Product {
		return fmt.Sprintf("%-28s %s", d.Name(), m.Catch.Reason)
	}
	h := m.Median()
	name := d.ID
	if len(m.Defects) > 1 {
		name = fmt.Sprintf("%d together", len(m.Defects))
	}
	first := h.effect()
	if h.Detected {
		first = h.Buckets[0].Name
	}
	return fmt.Sprintf("%-26s %3d/%d %8s %8s %7d %8.1f %5d  %s", name, m.Detected(), len(m.Hunts), m.buckets(),
		fmt.Sprintf("%d/%d", m.Named, len(m.Hunts)), h.Cases, h.Seconds, h.Instructions(), first)
}

// buckets returns the numbers of buckets of the hunts.
func (m *Measurement) buckets() string {
	var words []string
	for i := range m.Hunts {
		words = append(words, strconv.Itoa(len(m.Hunts[i].Buckets)))
	}
	return strings.Join(words, ",")
}

// judge counts the hunts that ended as they should.
func (m *Measurement) judge(functions []string) {
	for i := range m.Hunts {
		h := &m.Hunts[i]
		if len(h.Buckets) == len(m.Defects) {
			m.Single++
		}
		named := len(h.Buckets) > 0
		for j := range h.Buckets {
			named = named && m.names(&h.Buckets[j], functions)
		}
		if named {
			m.Named++
		}
	}
}

// names reports whether what explain reported of a bucket names one of the defects.
func (m *Measurement) names(b *Bucket, functions []string) bool {
	for n := range m.Defects {
		if m.Defects[n].NamedIn(b.Text, functions[n]) {
			return true
		}
	}
	return false
}

// NamedIn reports whether what explain reported of a bucket names the file of the defect and one of the functions that
// Functions returned, or the file alone if there are none.
func (d *Defect) NamedIn(text, functions string) bool {
	for _, function := range strings.Fields(functions) {
		if strings.Contains(text, function+" ("+d.File) || strings.Contains(text, function+copySuffix) && strings.Contains(text, d.File) {
			return true
		}
	}
	return functions == "" && strings.Contains(text, d.File)
}

// Config says how defects are measured. A zero field means its default.
type Config struct {
	// Root is the folder of the module's go.mod; required.
	Root string
	// Seeds are the campaigns to hunt with; 1, 2 and 3.
	Seeds []uint64
	// Cases and Time, which is of the processor, bound one hunt; 20000 and a minute.
	Cases uint64
	Time  time.Duration
	// First ends a hunt with its first finding, which is not made small.
	First bool
	// After ends a hunt so many cases after its first finding; 0 for none: it goes on to its other bounds.
	After uint64
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

// Lab measures defects. It keeps its builds for the next ones until it is closed.
type Lab struct {
	config   Config
	dir      string
	list     []Defect // those with switches
	switched []bool
	probe    string            // with the switches
	sound    map[uint64][]byte // what its census prints without any of them, by seed
}

// NewLab returns a Lab for a list of defects. Those of the product that can be switched share one build.
func NewLab(ctx context.Context, list []Defect, c Config) (*Lab, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	l := &Lab{config: c, sound: map[uint64][]byte{}}
	for i := range list {
		if list[i].Target == Product {
			l.list = append(l.list, list[i])
		}
	}
	if l.dir, err = os.MkdirTemp("", "mutants-"); err != nil {
		return nil, err
	}
	overlay := ""
	if len(l.list) > 0 {
		if overlay, l.switched, err = PlantSwitches(l.list, c.Root, l.dir); err == nil {
			l.probe, err = l.build(ctx, overlay, "probe")
		}
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// Close removes the builds.
func (l *Lab) Close() error { return os.RemoveAll(l.dir) }

// build builds the probe with an overlay.
func (l *Lab) build(ctx context.Context, overlay, name string) (string, error) {
	probe := filepath.Join(l.dir, name)
	if _, err := command(ctx, l.config.Root, nil, "go", "build", "-overlay", overlay, "-o", probe, "./fuzz/mutants/probe"); err != nil {
		return "", fmt.Errorf("does not build: %w", err)
	}
	return probe, nil
}

// Measure plants defects: one, or several of the product that can be switched. Of the product, it hunts once for each
// seed; of an oracle, it runs the oracle's tests until one fails.
func (l *Lab) Measure(ctx context.Context, defects ...Defect) (m Measurement, err error) {
	m.Defects = defects
	d := &defects[0]
	if d.Target == Product {
		m.Hunts, err = l.hunts(ctx, defects)
	} else {
		m.Catch, err = l.tests(ctx, d)
	}
	if err != nil {
		return m, fmt.Errorf("defect %s: %w", d.Name(), err)
	}
	var functions []string
	for n := range defects {
		f, err := defects[n].Functions(l.config.Root)
		if err != nil {
			return m, err
		}
		functions = append(functions, f)
	}
	m.judge(functions)
	return m, nil
}

// Switched reports whether a defect of the product can be switched, and so be measured with others.
func (l *Lab) Switched(d *Defect) bool { n := l.number(d); return n >= 0 && l.switched[n] }

// number returns the number of the switch of a defect, or -1.
func (l *Lab) number(d *Defect) int {
	for n := range l.list {
		if l.list[n].ID == d.ID {
			return n
		}
	}
	return -1
}

// tests runs the tests of an oracle with a defect in it.
func (l *Lab) tests(ctx context.Context, d *Defect) (Catch, error) {
	overlay, err := d.Plant(l.config.Root, l.dir)
	if err != nil {
		return Catch{}, err
	}
	return runTests(ctx, *d, l.config.Root, l.dir, overlay, l.config.TestTime)
}

// hunts runs the probe with defects once for each seed.
func (l *Lab) hunts(ctx context.Context, defects []Defect) ([]Hunt, error) {
	probe := l.probe
	var on []string
	for n := range defects {
		if l.Switched(&defects[n]) {
			on = append(on, strconv.Itoa(l.number(&defects[n])))
		}
	}
	if len(on) == 0 && len(defects) == 1 {
		overlay, err := defects[0].Plant(l.config.Root, l.dir)
		if err == nil {
			probe, err = l.build(ctx, overlay, "probe-"+defects[0].ID)
		}
		if err != nil {
			return nil, err
		}
	} else if len(on) < len(defects) {
		return nil, fmt.Errorf("only %d of %d defects can be switched", len(on), len(defects))
	}
	list := make([]Hunt, len(l.config.Seeds))
	for i, seed := range l.config.Seeds {
		var err error
		if list[i], err = l.hunt(ctx, probe, strings.Join(on, ","), defects, seed); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// hunt runs a probe with defects, of which some are switched on by their numbers, with one seed.
func (l *Lab) hunt(ctx context.Context, probe, on string, defects []Defect, seed uint64) (h Hunt, err error) {
	reached := filepath.Join(l.dir, "reached")
	if err := os.Remove(reached); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return h, err
	}
	env := []string{plantedVariable + "=" + on, reachedVariable + "=" + reached}
	triggered, err := l.triggered(ctx, probe, env, seed)
	if err != nil {
		return h, err
	}
	small := len(defects) > 1 // small programs first: some defects break most of the larger ones
	limit, stop := context.WithTimeout(ctx, 10*l.config.Time+time.Minute)
	defer stop()
	out, err := command(limit, "", env, probe, "-entries", "-seeds="+strconv.FormatBool(small), "-seed", strconv.FormatUint(seed, 10),
		"-cases", strconv.FormatUint(l.config.Cases, 10), "-after", strconv.FormatUint(l.config.After, 10), "-time", l.config.Time.String(), "-first="+strconv.FormatBool(l.config.First))
	switch {
	case err == nil:
		if err = json.Unmarshal(out, &h); err != nil {
			err = fmt.Errorf("the probe's report: %w", err)
		}
	case ctx.Err() == nil && errors.As(err, new(*exec.ExitError)): // in the campaign's own process, without its limits
		h, err = Hunt{Seed: seed, Detected: true, Buckets: []Bucket{{Name: "the-campaign-dies", Text: err.Error()}}}, nil
	}
	_, missing := os.Stat(reached)
	h.Reached, h.Triggered = missing == nil || triggered > 0, triggered
	return h, err
}

// triggered returns how many of the first cases a probe compiles to other code than without its defects. One that dies
// of them or does not end compiles the remaining cases to other code.
func (l *Lab) triggered(ctx context.Context, probe string, env []string, seed uint64) (n int, err error) {
	census := func(env []string, probe string) ([]byte, error) {
		limit, stop := context.WithTimeout(ctx, time.Minute)
		defer stop()
		return command(limit, "", env, probe, "-seed", strconv.FormatUint(seed, 10), "-census", strconv.Itoa(censusCases))
	}
	if l.sound[seed] == nil {
		if l.sound[seed], err = census(nil, l.probe); err != nil {
			return 0, err
		}
	}
	changed, err := census(env, probe)
	if ctx.Err() != nil {
		return 0, err
	}
	hashes := bytes.Split(changed, []byte{'\n'})
	for i, hash := range bytes.Split(l.sound[seed], []byte{'\n'}) {
		if i >= len(hashes) || !bytes.Equal(hash, hashes[i]) {
			n++
		}
	}
	return n, nil
}

// command runs a program, with additions to its environment, and returns its standard output. If the program fails, its
// standard error is in the error.
func command(ctx context.Context, dir string, env []string, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.WaitDelay = time.Second // a compiler that a killed go command leaves behind does not hold the pipes
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("%s: %w\n%s", name, err, complaint.Bytes())
	}
	return out, nil
}
