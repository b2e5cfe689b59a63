package main

import (
	"io"
	"os"
	"sync"
)

// output is a standard stream of a command. It remembers the first write that failed, so that no command has to look at
// the error of each of its writes, and ends the command early, because it prints for nobody.
type output struct {
	w      io.Writer
	failed func() // called once, when a write fails; nil to go on

	mu  sync.Mutex
	err error
}

// Write passes p on, unless a write failed before.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	var n int
	if n, o.err = o.w.Write(p); o.err != nil && o.failed != nil {
		o.failed()
	}
	return n, o.err
}

// failure returns the error of the first write that failed, or nil.
func (o *output) failure() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// isTerminal reports whether a person may be looking at what is written to w.
func isTerminal(w io.Writer) bool {
	if o, ok := w.(*output); ok {
		w = o.w
	}
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
