// Command genops writes ops.go, the Op constants of package isa, from the instruction table.
package main

import (
	"log"
	"os"

	"github.com/rvfuzz/rvfuzz/isa/internal/opsfile"
)

func main() {
	if err := os.WriteFile("ops.go", opsfile.Source(), 0o644); err != nil {
		log.Fatal(err)
	}
}
