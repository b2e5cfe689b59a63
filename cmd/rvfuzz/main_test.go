package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rvfuzz": main})
}

// TestScripts runs testdata/script, where the behaviour of each command is written down as a session. The condition
// [exec:qemu-riscv64] is true where qemu is installed, [exists:PATH] where there is a file PATH.
func TestScripts(t *testing.T) {
	if _, err := tools.Find(tools.QEMU); err != nil {
		t.Logf("%v: scripts leave out what it would check", err)
	}
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Setup: func(e *testscript.Env) error {
			e.Setenv("GOCACHE", strings.TrimSpace(string(cache)))
			e.Setenv("XDG_CACHE_HOME", e.WorkDir)
			return nil
		},
		Dir: "testdata/script", UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Condition: func(name string) (bool, error) {
			path, ok := strings.CutPrefix(name, "exists:")
			if !ok {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			_, err := os.Stat(path)
			return err == nil, nil
		},
	})
}
