package main

import (
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
	if name != stdinName {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return nil, fmt.Errorf("%s: is a directory", name)
		}
		r = f
	}
	data, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", displayName(name), err)
	}
	if len(data) > maxInput {
		return nil, fmt.Errorf("%s: larger than %d bytes", displayName(name), maxInput)
	}
	return data, nil
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
