package fuzz

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/replay"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// inputs are the native fuzz targets of this package whose inputs are programs, with the number of their values.
var inputs = map[string]int{"FuzzAir": 1, "FuzzCodegen": 1, "FuzzCompile": 1, "FuzzExecute": 2}

// inputVersion is the first line of a file in testdata/fuzz (go help testflag; the format of Go 1.18).
const inputVersion = "go test fuzz v1"

// ReadInput returns the values of an input of Go's fuzzing engine, a file below testdata/fuzz: each is a []byte or a
// string. The error names the line.
func ReadInput(text string) (values []string, err error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if strings.TrimSpace(lines[0]) != inputVersion {
		return nil, fmt.Errorf("line 1: want %q", inputVersion)
	}
	for n, line := range lines[1:] {
		line = strings.TrimSpace(line)
		quoted, ok := strings.CutPrefix(line, "[]byte(")
		if !ok {
			quoted, ok = strings.CutPrefix(line, "string(")
		}
		value, err := strconv.Unquote(strings.TrimSuffix(quoted, ")"))
		if !ok || err != nil || !strings.HasSuffix(line, ")") {
			return nil, fmt.Errorf("line %d: want []byte(...) or string(...)", n+2)
		}
		values = append(values, value)
	}
	return values, nil
}

// FormatInput returns the file of an input of one string.
func FormatInput(text string) string { return fmt.Sprintf("%s\nstring(%q)\n", inputVersion, text) }

// Entry returns the program that an input of a native target describes as a corpus entry, whose runs end as the
// evaluator says.
func Entry(target string, values []string, found string) (*corpus.Entry, error) {
	count := inputs[target]
	switch {
	case count == 0:
		known := strings.Join(slices.Sorted(maps.Keys(inputs)), ", ")
		return nil, fmt.Errorf("the inputs of %s are no programs (those of %s are)", target, known)
	case len(values) != count:
		return nil, fmt.Errorf("%d values, and %s takes %d", len(values), target, count)
	}
	c, err := programOf(target, values)
	if err != nil {
		return nil, err
	}
	return replay.Entry(diff.NewChecker(diff.Config{}), c, diff.Signature{}, found), nil
}

func programOf(target string, values []string) (*diff.Case, error) {
	if target == "FuzzAir" {
		e, err := corpus.Parse("input", []byte(values[0]))
		switch {
		case err != nil:
			return nil, err
		case e.Module == nil:
			return nil, errors.New("the program does not parse")
		}
		return replay.Case(e)
	}
	generator := gen.New(gen.Config{})
	c := campaign.Draw(source.FromBytes([]byte(values[0])), generator, nil)
	if target == "FuzzExecute" {
		c.Runs = generator.Runs(source.FromBytes([]byte(values[1])))
	}
	return c, nil
}
