//go:build !unix

package subject

import "time"

// processorTime returns the time, where the processor's is not known.
func processorTime() time.Duration { return time.Duration(time.Now().UnixNano()) }
