package main

import (
	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
)

func init() {
	var c backend.Compiler
	compile = func(m *air.Module) (*link.Image, error) { return c.Compile(m, backend.Options{}) }
}
