package tools

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// shell is a program that is always there.
func shell(t *testing.T) Tool {
	t.Helper()
	sh, err := Find("sh")
	if err != nil {
		t.Fatal(err)
	}
	return sh
}

func TestFind(t *testing.T) {
	_, err := Find("no-such-program-of-rvfuzz")
	if !errors.Is(err, ErrNotInstalled) || !strings.HasPrefix(err.Error(), "no-such-program-of-rvfuzz is") {
		t.Errorf("error %v", err)
	}
	if sh := shell(t); sh.Name != "sh" || !strings.HasSuffix(sh.Path, "/sh") {
		t.Errorf("the shell is %+v", sh)
	}
}

// skipped records why a test was skipped.
type skipped struct{ reason string }

func (s *skipped) Helper() {}

func (s *skipped) Skip(args ...any) { s.reason = args[0].(error).Error() }

func TestNeed(t *testing.T) {
	var missing, there skipped
	Need(&missing, "no-such-program-of-rvfuzz")
	if missing.reason != "no-such-program-of-rvfuzz is not installed" {
		t.Errorf("skipped because %q", missing.reason)
	}
	if sh := Need(&there, "sh"); there.reason != "" || sh.Path == "" {
		t.Errorf("skipped because %q, found %+v", there.reason, sh)
	}
}

func TestRun(t *testing.T) {
	sh := shell(t)
	out, err := sh.Run(context.Background(), "echo in $1; echo err >&2", "-s", "argument")
	if want := (Output{"in argument\n", "err\n", 0}); err != nil || out != want {
		t.Errorf("%+v, %v, want %+v", out, err, want)
	}
	out, err = sh.Run(context.Background(), "echo out; echo "+strings.Repeat("x", 1000)+"end >&2; exit 7")
	if out.Status != 7 || out.Stdout != "out\n" || err == nil || !strings.HasSuffix(err.Error(), "xend") || len(err.Error()) > 600 {
		t.Errorf("%+v, %v", out, err)
	}
	elsewhere := sh
	elsewhere.Dir = t.TempDir()
	if out, err := elsewhere.Run(context.Background(), "pwd"); err != nil || out.Stdout != elsewhere.Dir+"\n" {
		t.Errorf("in %s: %+v, %v", elsewhere.Dir, out, err)
	}
	if out, err = sh.Run(context.Background(), "kill -9 $$"); out.Status != -1 || err == nil {
		t.Errorf("killed: %+v, %v", out, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := sh.Run(ctx, "while :; do :; done"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a loop ended with %v", err)
	}
	bounded := sh
	bounded.CPU = time.Second
	if _, err := bounded.Run(context.Background(), "while :; do :; done"); !errors.Is(err, ErrEndless) {
		t.Errorf("a loop of more than a second of processor time ended with %v", err)
	}
	if out, err := bounded.Run(context.Background(), "echo $1; sleep 0.1; exit 3", "-s", "a b"); out.Status != 3 || out.Stdout != "a b\n" || errors.Is(err, ErrEndless) {
		t.Errorf("a program with a bound: %+v, %v", out, err)
	}
	if out, err := (Tool{Name: "gone", Path: "/no/such/file"}).Run(context.Background(), ""); err == nil || out.Status != -1 {
		t.Errorf("a missing file: %+v, %v", out, err)
	}
}

func TestVersion(t *testing.T) {
	found := 0
	for _, name := range []string{QEMU, LLVMMC, Clang, GCC, As, Ld, Objcopy, Objdump} {
		tool, err := Find(name)
		if err != nil {
			t.Log(err)
			continue
		}
		found++
		version, err := tool.Version(context.Background())
		if err != nil || !strings.Contains(version, ".") {
			t.Errorf("%s: version %q, %v", name, version, err)
		}
	}
	for list := FindAll(LLVMMC); len(list) > 1; list = list[1:] {
		if !AtLeast(list[0].version, list[1].version) || list[0].version == list[1].version {
			t.Errorf("%s %s comes before %s", LLVMMC, list[0].version, list[1].version)
		}
	}
	if found == 0 {
		t.Skip("no tool is installed")
	}
	if version, err := (Tool{Name: "false", Path: "/bin/false"}).Version(context.Background()); err == nil {
		t.Errorf("false has version %q", version)
	}
}
