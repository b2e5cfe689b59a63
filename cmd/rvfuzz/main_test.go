package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rvfuzz": main})
}

// TestScripts runs testdata/script, where the behaviour of each command is written
// down as a session. The condition [exec:qemu-riscv64] is true where qemu is installed.
func TestScripts(t *testing.T) {
	if _, err := tools.Find(tools.QEMU); err != nil {
		t.Logf("%v: scripts leave out what it would check", err)
	}
	testscript.Run(t, testscript.Params{Dir: "testdata/script", UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != ""})
}
