package isolate

import (
	"fmt"
	"math"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"syscall"
	"time"
)

// Limits bound what a worker process may use. A zero field means its default.
type Limits struct {
	// Time is processor time for one step; 5 seconds, ten thousand times what a case usually takes.
	Time time.Duration
	// Memory is in bytes; 1 GiB.
	Memory uint64
	// Collect is the size in bytes from which garbage is collected at every occasion; three quarters of Memory.
	Collect uint64
	// Stack is in bytes; 256 MiB.
	Stack int
}

// WithDefaults returns the limits with defaults in place of zeros.
func (l Limits) WithDefaults() Limits {
	if l.Time == 0 {
		l.Time = 5 * time.Second
	}
	if l.Memory == 0 {
		l.Memory = 1 << 30
	}
	if l.Collect == 0 {
		l.Collect = l.Memory / 4 * 3
	}
	if l.Stack == 0 {
		l.Stack = 256 << 20
	}
	return l
}

// Watch is the clock of the work of one request.
type Watch struct {
	mu    sync.Mutex
	steps int           // since the beginning
	extra time.Duration // what the step in work may take beyond the limit
	busy  bool
}

// Step begins a step, which may take so much longer than the limit.
func (w *Watch) Step(extra time.Duration) {
	w.mu.Lock()
	w.steps++
	w.extra, w.busy = extra, true
	w.mu.Unlock()
}

// rest notes that no step is in work.
func (w *Watch) rest() {
	w.mu.Lock()
	w.busy = false
	w.mu.Unlock()
}

// watchEvery is the time between two looks at what is used.
const watchEvery = 50 * time.Millisecond

// enforce ends the process when it uses more than the limits, or waits in the middle of a step for what never happens.
func (w *Watch) enforce(l Limits) {
	last, began := -1, time.Duration(0)
	var idle idle
	for range time.Tick(watchEvery) {
		w.mu.Lock()
		steps, extra, busy := w.steps, w.extra, w.busy
		w.mu.Unlock()
		used := processorTime()
		if steps != last || !busy {
			last, began, idle.since = steps, used, 0
		}
		if waited := idle.look(used); waited > l.Time {
			die("%s: it waited for %s, and used no processor time", Hang, waited.Round(time.Millisecond))
		}
		if took := used - began; took > l.Time+extra {
			die("%s: %s of processor time for one step, the limit is %s", Hang, took.Round(time.Millisecond), l.Time+extra)
		}
		if bytes := heap(); bytes > l.Memory {
			die("%s: %d bytes, the limit is %d", Memory, bytes, l.Memory)
		}
	}
}

// heap returns the bytes of live and dead objects and of stacks.
func heap() (bytes uint64) {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(samples)
	for i := range samples {
		bytes += samples[i].Value.Uint64()
	}
	return bytes
}

// InUse returns how many bytes of memory this process holds, without those that it gave back to the system.
func InUse() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}

// die prints why the process ends, and the stacks of all goroutines.
func die(format string, args ...any) {
	stacks := make([]byte, tailSize)
	stacks = stacks[:runtime.Stack(stacks, true)]
	fmt.Fprintf(os.Stderr, format+"\n\n%s\n", append(args, stacks)...)
	os.Exit(exitCut)
}

// workerGC lets garbage grow to four times the live heap, which is small: a campaign then takes a seventh less time.
const workerGC = 400

// Main serves requests on the standard streams within limits, and ends with its standard input. Signals that a terminal
// sends to all its processes are for the other side.
func Main(l Limits, handle Handler) error {
	signal.Ignore(os.Interrupt, syscall.SIGTERM)
	l = l.WithDefaults()
	runtime.GOMAXPROCS(min(2, runtime.GOMAXPROCS(0)))
	debug.SetGCPercent(workerGC)
	debug.SetMaxStack(l.Stack)
	debug.SetMemoryLimit(int64(min(l.Collect, math.MaxInt64)))
	w := &Watch{}
	go w.enforce(l)
	return Serve(&parent{}, os.Stdout, handle, w)
}

// parent is standard input. When it ends, the process does too, soon, whatever it is doing.
type parent struct{}

// Read reads standard input.
func (*parent) Read(p []byte) (int, error) {
	n, err := os.Stdin.Read(p)
	if err != nil {
		time.AfterFunc(2*grace, func() { os.Exit(exitCut) })
	}
	return n, err
}
