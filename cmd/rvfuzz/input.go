package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// stdinName stands for standard input on every command line.
const stdinName = "-"

// maxInput bounds the size of one input file in bytes, so that a device or a runaway pipe is an error and not an
// exhausted machine.
const maxInput = 1 << 30

// readInput reads a file, or standard input for "-". Errors name the file.
func readInput(cmd *cobra.Command, name string) ([]byte, error) {
	var data bytes.Buffer
	if err := copyInput(cmd, name, &data, maxInput); err != nil {
		return nil, err
	}
	return data.Bytes(), nil
}

// maxText is maxInput for text that is held in memory in several forms.
const maxText = 1 << 28

// readText is readInput for text that is needed as a string, without a copy.
func readText(cmd *cobra.Command, name string) (string, error) {
	var text strings.Builder
	if err := copyInput(cmd, name, &text, maxText); err != nil {
		return "", err
	}
	return text.String(), nil
}

// buffer is a bytes.Buffer or a strings.Builder.
type buffer interface {
	io.Writer
	Grow(n int)
	Len() int
}

func copyInput(cmd *cobra.Command, name string, to buffer, limit int) error {
	r := cmd.InOrStdin()
	if name != stdinName {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		switch {
		case err == nil && info.IsDir():
			return fmt.Errorf("%s: is a directory", name)
		case err == nil && info.Mode().IsRegular() && info.Size() <= int64(limit):
			to.Grow(int(info.Size()) + bytes.MinRead)
		}
		r = f
	}
	if err := fill(cmd.Context(), to, io.LimitReader(r, int64(limit)+1)); err != nil {
		return fmt.Errorf("%s: %w", displayName(name), err)
	}
	if to.Len() > limit {
		return fmt.Errorf("%s: larger than %d bytes", displayName(name), limit)
	}
	return nil
}

// fill copies r to data until r or the context ends. After the end of the context nobody may look at data, because the
// copying may continue.
func fill(ctx context.Context, data io.Writer, r io.Reader) error {
	done := make(chan error, 1)
	go func() {
		_, err := io.Copy(data, r)
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// displayName returns the name of an input for messages.
func displayName(name string) string {
	if name == stdinName {
		return "standard input"
	}
	return name
}

// argOrStdin returns the only argument, or "-" if there is none.
func argOrStdin(args []string) string {
	if len(args) == 0 {
		return stdinName
	}
	return args[0]
}
