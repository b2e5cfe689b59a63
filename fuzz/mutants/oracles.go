package mutants

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"
)

// testSuite is a package whose tests are to catch the defects of an oracle.
type testSuite struct {
	folder string
	skip   string // regular expression of the tests to leave out
}

// oracleTests are the test suites of each oracle, in the order in which they run. Those of oracle/linux, which
// compile C programs, take longest and are left out: what tests single instructions must catch a defect.
var oracleTests = map[string][]testSuite{
	"rv64": {{"oracle/rv64", "^$"}, {"fuzz/machine", "^$"}},
	"eval": {{"oracle/eval", "^$"}},
}

// Catch is how the tests of an oracle fared against a defect of it.
type Catch struct {
	Caught bool
	// Reason names the test that failed, or says why the defect counts as not caught.
	Reason string
}

// runTests runs the tests of the defect's oracle until one fails. A defect that does not build is not caught.
func runTests(ctx context.Context, d Defect, root, dir, overlay string, limit time.Duration) (Catch, error) {
	for _, suite := range oracleTests[d.Target] {
		binary := filepath.Join(dir, "tests")
		if _, err := command(ctx, root, nil, "go", "test", "-c", "-overlay", overlay, "-o", binary, "./"+suite.folder); err != nil {
			return Catch{Reason: "DOES NOT BUILD: " + err.Error()}, ctx.Err()
		}
		text, err := command(ctx, filepath.Join(root, filepath.FromSlash(suite.folder)), nil, binary,
			"-test.failfast", "-test.timeout", limit.String(), "-test.skip", suite.skip)
		failed := (*exec.ExitError)(nil)
		switch {
		case ctx.Err() != nil:
			return Catch{}, ctx.Err()
		case err == nil:
		case !errors.As(err, &failed):
			return Catch{}, err
		default:
			// The panic that ends a test is on standard error, the name of the test on standard output.
			return classify(suite.folder, append(text, err.Error()...), limit), nil
		}
	}
	return Catch{Reason: "SURVIVED"}, nil
}

// classify reads the output of tests that failed. Tests that ran out of time may have been about to pass.
func classify(folder string, output []byte, limit time.Duration) Catch {
	if bytes.Contains(output, []byte("panic: test timed out")) {
		return Catch{Reason: fmt.Sprintf("NOT DECIDED by %s after %v", folder, limit)}
	}
	return Catch{Caught: true, Reason: fmt.Sprintf("caught by %s: %s", folder, failing(output))}
}

var failure = regexp.MustCompile(`(?m)^--- FAIL: (\S+)|^(panic: .*)`)

// failing returns the name of the first test that failed, or the panic that ended them.
func failing(output []byte) []byte {
	if found := failure.FindSubmatch(output); found != nil {
		return bytes.Join(found[1:], nil)
	}
	return []byte("no test is named")
}
