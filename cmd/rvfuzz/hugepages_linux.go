package main

import (
	"runtime"
	"syscall"
)

// preferHugePages asks the kernel to back the next size bytes of the heap with huge pages. Memory that is used once,
// from one end to the other, otherwise costs a page fault for each 4 KiB, which is a third of the time of assembling a
// large program. It allocates a block of that size, leaves it untouched, and frees it.
func preferHugePages(size int) {
	if size < 8<<20 {
		return
	}
	const madviseHugePage = 14
	block := make([]byte, size)
	_ = syscall.Madvise(block, madviseHugePage) // a kernel without huge pages uses small ones
	runtime.KeepAlive(block)
	block = nil
	runtime.GC()
}
