package page

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/rvfuzz/rvfuzz/fuzz/mutants"
)

// matrix is the table of instructions and oracles, which is made when somebody looks.
type matrix struct {
	once    sync.Once
	mu      sync.Mutex
	done    bool
	problem error
	table   *table
}

// table is a table of instructions and oracles.
type table struct {
	Oracles []string
	Rows    []tableRow
}

type tableRow struct {
	Extension, Instruction string
	Cells                  []tableCell
}

// tableCell is a cell: what it says and how that is painted.
type tableCell struct{ Text, Class string }

// parseMatrix reads what "isa matrix" prints.
func parseMatrix(text string) (*table, error) {
	t := &table{}
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(fields) < 3 || t.Oracles != nil && len(fields) != len(t.Oracles)+2 {
			return nil, fmt.Errorf("%.60q is no line of a matrix", line)
		}
		if t.Oracles == nil {
			t.Oracles = fields[2:]
			continue
		}
		row := tableRow{Extension: fields[0], Instruction: fields[1]}
		for _, f := range fields[2:] {
			row.Cells = append(row.Cells, tableCell{f, cellClass(f)})
		}
		t.Rows = append(t.Rows, row)
	}
	if t.Oracles == nil {
		return nil, fmt.Errorf("the matrix is empty")
	}
	return t, nil
}

// cellClass returns how a cell is painted: what an oracle confirmed, what it is known to misread, what differs.
func cellClass(text string) string {
	switch {
	case text == "-":
		return "lacks"
	case strings.Contains(text, "DIFFER"):
		return "differs"
	case strings.HasPrefix(text, "0 -"):
		return "misreads"
	case strings.Contains(text, " -"):
		return "partly"
	}
	return "confirms"
}

// instructions shows the table, or that it is being made.
func (s *Server) instructions(w http.ResponseWriter, _ *http.Request) {
	if s.config.Matrix != nil {
		s.matrix.once.Do(func() { s.busy.Go(func() { s.matrix.make(s.work, s.config.Matrix) }) })
	}
	m := &s.matrix
	m.mu.Lock()
	defer m.mu.Unlock()
	f := &frame{Title: "Instructions and oracles", At: "instructions", Data: struct {
		Table *table
		None  bool
	}{m.table, s.config.Matrix == nil}}
	if m.problem != nil {
		f.Errors = append(f.Errors, m.problem)
	}
	if !m.done && s.config.Matrix != nil {
		w.Header().Set("Refresh", "3")
	}
	s.render(w, "instructions", f)
}

func (m *matrix) make(ctx context.Context, text func(context.Context) (string, error)) {
	var t *table
	made, err := text(ctx)
	if err == nil {
		t, err = parseMatrix(made)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.table, m.problem, m.done = t, err, true
}

// plantedRun is the outcome of one file of measurements.
type plantedRun struct {
	Name, When           string
	Measured, Found      int
	Hunts, Single, Named int
}

// plantedDefect is how one defect, or a set of them, fared in the newest file, and in the one before.
type plantedDefect struct {
	Name, File, Note, Bucket string
	Detected, Hunts          int
	Caught                   bool
	Cases                    uint64
	Seconds                  float64
	Size                     int
	Before                   string // "found" or "missed"
}

// plantedData is what the page of planted defects shows.
type plantedData struct {
	Runs    []plantedRun
	Defects []plantedDefect
	Trend   map[string][]float64
}

// largestFinding is the size up to which a planted defect counts as found, as for "mutants".
const largestFinding = 8

// planted shows the scores of planted defects.
func (s *Server) planted(w http.ResponseWriter, _ *http.Request) {
	d := &plantedData{Trend: map[string][]float64{"runs": {}, "found": {}, "named": {}}}
	f := &frame{Title: "Planted defects", At: "planted", Data: d}
	before := map[string]string{}
	for i, name := range s.config.Results {
		list, err := mutants.ReadResults(name)
		if err != nil {
			f.Errors = append(f.Errors, err)
			continue
		}
		d.add(name, list)
		if i == len(s.config.Results)-1 {
			for j := range list {
				d.Defects = append(d.Defects, newPlantedDefect(&list[j], before))
			}
		}
		for j := range list {
			before[defectName(&list[j])] = found(&list[j])
		}
	}
	s.render(w, "planted", f)
}

func (d *plantedData) add(name string, list []mutants.Measurement) {
	var total mutants.Total
	for i := range list {
		total.Add(&list[i], largestFinding)
	}
	r := plantedRun{Name: filepath.Base(name), Measured: total.Measured, Found: total.Found, Hunts: total.Hunts, Single: total.Single, Named: total.Named}
	if info, err := os.Stat(name); err == nil {
		r.When = info.ModTime().UTC().Format("2006-01-02 15:04")
	}
	d.Runs = append(d.Runs, r)
	d.Trend["runs"] = append(d.Trend["runs"], float64(len(d.Runs)))
	d.Trend["found"] = append(d.Trend["found"], 100*float64(r.Found)/float64(max(r.Measured, 1)))
	d.Trend["named"] = append(d.Trend["named"], 100*float64(r.Named)/float64(max(r.Hunts, 1)))
}

func found(m *mutants.Measurement) string {
	if m.Found(largestFinding) {
		return "found"
	}
	return "missed"
}

func defectName(m *mutants.Measurement) string {
	if n := len(m.Defects); n > 1 {
		return fmt.Sprintf("%d together: %s, ...", n, m.Defects[0].ID)
	}
	return m.Defects[0].Name()
}

func newPlantedDefect(m *mutants.Measurement, before map[string]string) plantedDefect {
	first := &m.Defects[0]
	d := plantedDefect{Name: defectName(m), File: first.File, Note: first.Note, Detected: m.Detected(), Hunts: len(m.Hunts), Caught: m.Found(largestFinding)}
	d.Before = before[d.Name]
	if len(m.Hunts) == 0 {
		d.Bucket = m.Catch.Reason
		return d
	}
	h := m.Median()
	d.Cases, d.Seconds, d.Size = h.Cases, h.Seconds, h.Instructions()
	if len(h.Buckets) > 0 {
		d.Bucket = h.Buckets[0].Name
	}
	return d
}
