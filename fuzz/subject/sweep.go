package subject

import (
	"context"
	"errors"
	"fmt"
)

// BatchSize is how many cases are compiled as one program. Those of a sweep are small, and all alike.
const (
	BatchSize  = 80
	sweepBatch = 480
)

// Cell is an operation of the matrix that a configuration gets wrong.
type Cell struct {
	On      Selected
	Verdict Verdict
	Culprit Culprit
}

// String returns the line of the cell in the table of wrong operations.
func (c *Cell) String() string {
	known := "new"
	if k := knownDefect(c.On, &c.Verdict); k != nil {
		known = "known: " + k.What + ", " + k.Upstream
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%s", c.Verdict.Case.Name, c.On, c.Culprit, known, &c.Verdict)
}

// Sweep tries cases in a configuration and passes every one that differs, classified, to wrong. It returns the number
// of cases that the language can say, and counts the others in skips.
func (b *Bench) Sweep(ctx context.Context, on Selected, cases []*Case, skips Skips, wrong func(Cell)) (tried int, err error) {
	for at := 0; at < len(cases); at += sweepBatch {
		b.skips = skips
		verdicts, err := b.Try(ctx, on.Subject, on.Configuration, Quick, cases[at:min(at+sweepBatch, len(cases))])
		b.skips = nil
		if err != nil {
			return tried, fmt.Errorf("%s: %w", on, err)
		}
		tried += len(verdicts)
		for i := range verdicts {
			if !verdicts[i].Differs() {
				continue
			}
			culprit, alone, err := b.Classify(ctx, on, verdicts[i].Case)
			if err != nil {
				return tried, errors.Join(fmt.Errorf("%s: %s", on, verdicts[i].Case.Name), err)
			}
			if culprit == Nobody {
				alone = verdicts[i]
			}
			wrong(Cell{on, alone, culprit})
		}
	}
	return tried, nil
}
