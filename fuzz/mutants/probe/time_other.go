//go:build !unix

package main

import "time"

var began = time.Now()

// processorTime returns how long this process has run: how much of the processor it used is not told here.
func processorTime() time.Duration { return time.Since(began) }
