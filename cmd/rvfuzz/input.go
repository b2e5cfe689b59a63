package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// stdinName stands for standard input on every command line.
const stdinName = "-"

// maxInput bounds what one input file may hold, so that a device or a runaway
// pipe is an error and not an exhausted machine.
const maxInput = 1 << 30

// readInput reads a file, or standard input for "-". Errors name the file.
func readInput(cmd *cobra.Command, name string) ([]byte, error) {
	r := cmd.InOrStdin()
	var data bytes.Buffer
	if name != stdinName {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		info, err := f.Stat()
		switch {
		case err == nil && info.IsDir():
			return nil, fmt.Errorf("%s: is a directory", name)
		case err == nil && info.Mode().IsRegular() && info.Size() <= maxInput:
			data.Grow(int(info.Size()) + bytes.MinRead)
		}
		r = f
	}
	if _, err := data.ReadFrom(io.LimitReader(r, maxInput+1)); err != nil {
		return nil, fmt.Errorf("%s: %w", displayName(name), err)
	}
	if data.Len() > maxInput {
		return nil, fmt.Errorf("%s: larger than %d bytes", displayName(name), maxInput)
	}
	return data.Bytes(), nil
}

// displayName is how messages call an input.
func displayName(name string) string {
	if name == stdinName {
		return "standard input"
	}
	return name
}

// argOrStdin gives the only argument, or "-" when there is none.
func argOrStdin(args []string) string {
	if len(args) == 0 {
		return stdinName
	}
	return args[0]
}
