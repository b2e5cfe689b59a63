package report

import "time"

// Series are the numbers of a campaign over the time that it took, for plots. All are as long as Hours.
type Series struct {
	Hours    []float64 `json:"hours"`    // that the campaign had taken
	Rate     []float64 `json:"rate"`     // cases per second since the point before
	Pairs    []float64 `json:"pairs"`    // of tag and type class
	Buckets  []float64 `json:"buckets"`  // new ones
	Discards []float64 `json:"discards"` // percent of the cases
	Memory   []float64 `json:"memory"`   // MiB
}

// Series returns at most so many points, evenly chosen, of which the last is the newest.
func (v *View) Series(most int) *Series {
	s := &Series{Hours: []float64{}, Rate: []float64{}, Pairs: []float64{}, Buckets: []float64{}, Discards: []float64{}, Memory: []float64{}}
	n := len(v.Points)
	kept := min(n, most)
	var last Point
	for i := range kept {
		p := v.Points[(i+1)*n/kept-1]
		if d := p.Elapsed - last.Elapsed; d < time.Second/2 && len(s.Hours) > 0 {
			continue // the last two reports may be next to each other
		}
		s.add(&p, &last)
		last = p
	}
	return s
}

func (s *Series) add(p, last *Point) {
	rate, discards := 0.0, 0.0
	if d := p.Elapsed - last.Elapsed; d > 0 && p.Cases >= last.Cases {
		rate = float64(p.Cases-last.Cases) / d.Seconds()
	}
	if p.Cases > 0 {
		discards = 100 * float64(p.Discarded) / float64(p.Cases)
	}
	s.Hours = append(s.Hours, p.Elapsed.Hours())
	s.Rate = append(s.Rate, rate)
	s.Pairs = append(s.Pairs, float64(p.Pairs))
	s.Buckets = append(s.Buckets, float64(p.Buckets))
	s.Discards = append(s.Discards, discards)
	s.Memory = append(s.Memory, float64(p.Memory)/(1<<20))
}
