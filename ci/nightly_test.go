package ci

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fakeCommand stands for rvfuzz in a night: it writes its command line down, finds two buckets, and fails as told.
const fakeCommand = `#!/bin/sh
echo "$*" >>"$NIGHT/calls"
case "$1 $2" in
"triage "*)
	echo "new        7 cases  first 12            3s   4 instructions  wrong-value/shr/shift.shr  a.txtar"
	echo "new        2 cases  first 99           65s   4 instructions  wrong-value/add_wrap/int.add  b.txtar"
	exit 1 ;;
"mutants --operators")
	echo "comparison-7 backend/codegen/shift.go:12: < becomes <="
	echo "drop-9 backend/emit/emit.go:80: a statement is gone"
	echo "comparison-7                 0/1        0      0/1    4000     10.0     0  -"
	echo "drop-9                       1/1        1      1/1      12      0.1     3  wrong-value/x"
	echo "1 of 2 defects found; of 2 hunts 1 ended with one bucket for each defect (50 %), 1 named it (50 %)"
	exit 4 ;;
"isa versus-qemu") exit 4 ;;
"isa exhaust") exec sleep 600 ;;
esac
`

// TestNightly checks that a night runs every step within its time and whatever fails, and ends with its page.
func TestNightly(t *testing.T) {
	if _, err := exec.LookPath("timeout"); err != nil {
		t.Skip("skipped: timeout is not installed")
	}
	dir := t.TempDir()
	command := filepath.Join(dir, "rvfuzz")
	write := func(path, text string) {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(command, fakeCommand)
	write(filepath.Join(dir, "work", "20000101", "buckets.txt"), "wrong-value/shr/shift.shr\n")
	write(filepath.Join(dir, "work", "20000101", "score.txt"), "3 of 4 defects found\n")
	night := exec.Command("sh", "ci/nightly.sh")
	night.Dir = ".."
	night.Env = append(os.Environ(), "HOURS=0.006", "RVFUZZ="+command, "WORKDIR="+filepath.Join(dir, "work"), "NIGHT="+dir)
	out, err := night.CombinedOutput()
	if night.ProcessState == nil || night.ProcessState.ExitCode() != 4 {
		t.Errorf("%v\n%s", err, out)
	}
	_, page, _ := strings.Cut(string(out), "What ran\n")
	for _, want := range []string{"campaign ", "mutants ", "sample ", "20000101  3 of 4 defects found", "1 of 2 defects found",
		"survived: comparison-7 backend/codegen/shift.go:12: < becomes <=", "versus-qemu ", "status 4", "words ", "as far as the time went",
		"7 cases", "New since 20000101\n  wrong-value/add_wrap/int.add\n"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %q:\n%s", want, out)
		}
	}
	if strings.Count(page, "wrong-value/shr/shift.shr") != 1 {
		t.Errorf("what is not new is told as new:\n%s", page)
	}
	calls, err := os.ReadFile(filepath.Join(dir, "calls"))
	if err != nil || !strings.Contains(string(calls), "run --duration 11s ") || !strings.Contains(string(calls), "--known-ok") {
		t.Errorf("the calls are\n%s", calls)
	}
}
