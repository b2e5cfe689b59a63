package main

import (
	"context"
	"errors"
	"fmt"
)

// The exit statuses of every command. An interrupted command ends with 128 and the number of the signal.
const (
	statusClean   = 0
	statusFinding = 1 // a divergence, a failed test
	statusUsage   = 2 // bad input, flags or arguments
	statusFailed  = 3 // an oracle or the machine failed, or output could not be written
	statusGate    = 4 // a gate was missed
)

// exit ends the command with a status; an err of nil prints nothing.
type exit struct {
	status int
	err    error
}

func (e exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e exit) Unwrap() error { return e.err }

// failed returns the error of something other than the input or the command line, or nil for nil.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return exit{statusFailed, err}
}

// finish prints why a command ended as it did and returns its exit status. Lost output is worse than any status that
// the command chose; what it found is not lost by an interruption.
func finish(ctx context.Context, err error, out, complaints *output) int {
	status := statusOf(err)
	if e := (exit{}); errors.As(err, &e) {
		err = e.err
	}
	var signal interruption
	switch {
	case out.failure() != nil:
		status, err = statusFailed, fmt.Errorf("standard output: %w", out.failure())
	case errors.As(context.Cause(ctx), &signal) && status != statusFinding:
		status, err = signal.status(), signal.with(err)
	}
	if err != nil {
		fmt.Fprintln(complaints, "rvfuzz:", err)
	}
	if status == statusClean && complaints.failure() != nil {
		return statusFailed
	}
	return status
}

// statusOf returns the exit status of a command that returned err.
func statusOf(err error) int {
	var e exit
	switch {
	case err == nil:
		return statusClean
	case errors.As(err, &e):
		return e.status
	}
	return statusUsage
}
