package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// interruption is the signal that ended a command before it was done.
type interruption struct{ signal syscall.Signal }

func (i interruption) Error() string {
	if i.signal == syscall.SIGTERM {
		return "terminated"
	}
	return "interrupted"
}

// status returns the exit status that shells give to a program that the signal ended.
func (i interruption) status() int { return 128 + int(i.signal) }

// with returns the interruption with what the command said of it, if that was one line.
func (i interruption) with(err error) error {
	if err == nil || strings.Contains(err.Error(), "\n") {
		return i
	}
	return fmt.Errorf("%w: %s", i, strings.TrimSuffix(err.Error(), ": "+context.Canceled.Error()))
}

// grace is how long a command may take to end after a signal, to save what it did so far.
const grace = 2 * time.Second

// withSignals returns a context that the first SIGINT or SIGTERM cancels, with the interruption as the cause. A command
// that has not ended soon after, or a second signal, ends the process.
func withSignals(parent context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		first, _ := (<-signals).(syscall.Signal)
		cause := interruption{first}
		cancel(cause)
		select {
		case <-signals:
		case <-time.After(grace):
		}
		fmt.Fprintln(os.Stderr, "rvfuzz:", cause)
		os.Exit(cause.status())
	}()
	return ctx
}
