//go:build !linux

package main

// preferHugePages does nothing where the size of pages is nobody's choice.
func preferHugePages(int) {}
