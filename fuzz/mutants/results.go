package mutants

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
)

// Choose returns n different defects of the Lab that can be planted at once: each in a function of its own.
func (l *Lab) Choose(seed uint64, n int) ([]Defect, error) {
	var set []Defect
	taken := map[string]bool{}
	for _, i := range rand.New(rand.NewPCG(seed, 0)).Perm(len(l.list)) {
		d := &l.list[i]
		function, err := d.Function(l.config.Root)
		if err != nil {
			return nil, err
		}
		if place := d.File + " " + function; l.switched[i] && !taken[place] {
			taken[place] = true
			set = append(set, *d)
		}
		if len(set) == n {
			return set, nil
		}
	}
	return nil, fmt.Errorf("only %d of the defects can be planted at once, not %d", len(set), n)
}

// Results is a file of measurements, one line of JSON each, from which a later run takes those it need not repeat.
type Results struct {
	file *os.File
	had  map[string]*Measurement
}

// OpenResults opens a file of measurements and makes it if there is none. The name "" keeps nothing.
func OpenResults(name string) (*Results, error) {
	r := &Results{had: map[string]*Measurement{}}
	if name == "" {
		return r, nil
	}
	var err error
	if r.file, err = os.OpenFile(name, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644); err != nil {
		return nil, err
	}
	list, err := measurements(r.file)
	for i := range list {
		r.had[setName(list[i].Defects)] = &list[i]
	}
	return r, err
}

// ReadResults returns the measurements of a file.
func ReadResults(name string) ([]Measurement, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return measurements(file)
}

// measurements reads measurements without a last line that was torn by a kill.
func measurements(r io.Reader) (list []Measurement, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		var m Measurement
		if json.Unmarshal(lines.Bytes(), &m) == nil && len(m.Defects) > 0 {
			list = append(list, m)
		}
	}
	return list, lines.Err()
}

// Close closes the file.
func (r *Results) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// Measure measures a set of defects, unless the file has its measurement.
func (r *Results) Measure(ctx context.Context, l *Lab, set []Defect) (*Measurement, error) {
	if m := r.had[setName(set)]; m != nil {
		return m, nil
	}
	m, err := l.Measure(ctx, set...)
	if err != nil {
		return &m, err
	}
	return &m, r.add(&m)
}

// MeasureEach measures defects as MeasureEach of a Lab does, except for those whose measurements the file has.
func (r *Results) MeasureEach(ctx context.Context, l *Lab) error {
	had := func(d *Defect) bool { return r.had[setName([]Defect{*d})] != nil }
	return l.MeasureEach(ctx, had, func(m *Measurement) error {
		r.had[setName(m.Defects)] = m
		return r.add(m)
	})
}

// add adds a measurement to the file.
func (r *Results) add(m *Measurement) error {
	if r.file == nil {
		return nil
	}
	line, err := json.Marshal(m)
	if err == nil {
		_, err = r.file.Write(append(line, '\n'))
	}
	return err
}

// setName names a set of defects.
func setName(set []Defect) string {
	var names []string
	for i := range set {
		names = append(names, set[i].Name())
	}
	return strings.Join(names, " ")
}

// Total counts measurements.
type Total struct {
	Measured, Found int
	Hunts           int
	Single, Named   int // hunts, as in Measurement
}

// Add counts a measurement, which is found if its size is at most largest.
func (t *Total) Add(m *Measurement, largest int) {
	t.Measured++
	if m.Found(largest) {
		t.Found++
	}
	t.Hunts += len(m.Hunts)
	t.Single += m.Single
	t.Named += m.Named
}

// String returns the last line of the report.
func (t *Total) String() string {
	text := fmt.Sprintf("%d of %d defects found", t.Found, t.Measured)
	if t.Hunts > 0 {
		text += fmt.Sprintf("; of %d hunts %d ended with one bucket for each defect (%.0f %%), %d named it (%.0f %%)",
			t.Hunts, t.Single, percent(t.Single, t.Hunts), t.Named, percent(t.Named, t.Hunts))
	}
	return text
}

func percent(part, whole int) float64 { return 100 * float64(part) / float64(whole) }
