//go:build unix

package main

import (
	"syscall"
	"time"
)

// processorTime returns how much processor time this process has used.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic("probe: a process knows its own use of the processor: " + err.Error())
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
