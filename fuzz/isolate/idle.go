package isolate

import (
	"runtime"
	"slices"
	"strings"
	"time"
)

// idle notices work that waits for what never happens. Real time would not do: on a loaded machine a process that is
// able to work may have to wait its turn for as long. What counts is how often in a row the goroutine that works was
// seen to wait, in the same place.
type idle struct {
	since int // looks in a row without processor time
	used  time.Duration
	seen  string // where the work waited
	at    int    // the look at which it was first seen there
}

// lookEvery is how many looks without processor time there are between two at the stack.
const lookEvery = 4

// look takes a look, watchEvery after the one before, and returns how long the work has been waiting. used is the
// processor time of the process.
func (i *idle) look(used time.Duration) (waited time.Duration) {
	if used-i.used > watchEvery/4 { // looking at the stack takes some
		i.since = 0
	}
	i.used = used
	i.since++
	if i.since%lookEvery != 0 {
		return 0
	}
	place := waiting()
	if i.since == lookEvery || place != i.seen {
		i.seen, i.at = place, i.since
	}
	if place == "" {
		return 0
	}
	return time.Duration(i.since-i.at) * watchEvery
}

// waits are the states of goroutines that wait for others. One that waits for memory or the scheduler does work.
var waits = []string{"chan receive", "chan send", "select", "sync.", "semacquire", "sleep", "IO wait"}

// waiting returns the stack of the goroutine that serves requests if it waits for what is no other process, or "".
func waiting() string {
	stacks := make([]byte, tailSize)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for _, block := range strings.Split(string(stacks), "\n\n") {
		if !strings.Contains(block, module+"fuzz/isolate.Serve(") {
			continue
		}
		title, place, _ := strings.Cut(block, "\n")
		_, state, _ := strings.Cut(title, "[")
		if strings.Contains(block, "isolate.(*Worker)") || strings.Contains(block, "os/exec.") { // which has a limit of its own
			return ""
		}
		if slices.ContainsFunc(waits, func(w string) bool { return strings.HasPrefix(state, w) }) {
			return place
		}
	}
	return ""
}
