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
	night := exec.Command("sh", "ci/nightly.sh")
	night.Dir = ".."
	night.Env = append(os.Environ(), "HOURS=0.006", "RVFUZZ="+command, "WORKDIR="+filepath.Join(dir, "work"), "NIGHT="+dir)
	out, err := night.CombinedOutput()
	if night.ProcessState == nil || night.ProcessState.ExitCode() != 4 {
		t.Errorf("%v\n%s", err, out)
	}
	_, page, _ := strings.Cut(string(out), "What ran\n")
	for _, want := range []string{"campaign ", "mutants ", "versus-qemu ", "status 4", "words ", "as far as the time went",
		"7 cases", "New since 20000101\n  wrong-value/add_wrap/int.add\n"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %q:\n%s", want, out)
		}
	}
	if strings.Count(page, "wrong-value/shr/shift.shr") != 1 {
		t.Errorf("what is not new is told as new:\n%s", page)
	}
	calls, err := os.ReadFile(filepath.Join(dir, "calls"))
	if err != nil || !strings.Contains(string(calls), "run --duration 13s ") || !strings.Contains(string(calls), "--known-ok") {
		t.Errorf("the calls are\n%s", calls)
	}
}
