package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rvfuzz": main})
}

// TestScripts runs testdata/script, where the behaviour of each command is written
// down as a session. The condition [exec:qemu-riscv64] is true where qemu is installed.
func TestScripts(t *testing.T) {
	if _, err := exec.LookPath("qemu-riscv64"); err != nil {
		t.Log("qemu-riscv64 is not installed: scripts leave out what it would judge")
	}
	testscript.Run(t, testscript.Params{Dir: "testdata/script", UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != ""})
}
