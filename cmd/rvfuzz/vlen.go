package main

import (
	"strconv"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// vlen is the value of a flag: the bits of a vector register, or 0 for the default.
type vlen uint64

// String returns the number.
func (v *vlen) String() string { return strconv.FormatUint(uint64(*v), 10) }

// Set reads a number of bits that the reference machine can have.
func (v *vlen) Set(text string) error {
	n, err := strconv.ParseUint(text, 10, 64)
	if err == nil {
		err = rv64.CheckVLEN(n)
	}
	*v = vlen(n)
	return err
}

// Type returns the name of the value for the usage text.
func (v *vlen) Type() string { return "bits" }
