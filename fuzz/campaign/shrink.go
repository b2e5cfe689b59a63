package campaign

import (
	"context"
	"errors"
	"time"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/isolate"
)

// Shrink makes an entry small of which a worker died, by killing others, which Config.Command starts. The search may take
// so long.
func Shrink(ctx context.Context, command []string, e *corpus.Entry, death *isolate.Death, limit time.Duration) (*corpus.Entry, error) {
	w := isolate.Worker{Command: command, Setup: &job{Do: doSetup, Setup: &setup{SelfEvery: 1}}}
	defer w.Close()
	found := e.Found
	if found == "" {
		found = "reduced from " + e.Name
	}
	p := &program{Name: e.Name, Entry: string(corpus.Format(e)), Options: e.Options, Found: found}
	var o outcome
	j := &job{Do: doShrink, Program: p, Signature: signatureOf(death).String(), Limit: int64(limit)}
	switch err := w.Do(ctx, j, &o, limit+time.Minute); {
	case err != nil:
		return nil, err
	case o.Small == nil:
		return nil, errors.New("campaign: no smaller program")
	}
	return corpus.Parse(o.Small.Name, []byte(o.Small.Entry))
}
