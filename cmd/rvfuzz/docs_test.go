package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shellBlock is a block of commands of a page, as far to the right as the list it is in.
var shellBlock = regexp.MustCompile("(?s)\n *```sh\n(.*?)\n *```\n")

// docsPrograms stand before the programs of the system while the commands of a page are executed. Campaigns are short, servers
// listen on ports that are free, and end; of what would change the machine the files are looked for that it is told of, and tests
// that make test runs are listed. Of the statuses of rvfuzz those are good that say what was found.
var docsPrograms = map[string]string{
	"rvfuzz": `case "$1 $2" in
"run "*) set -- "$@" --seed 9 --jobs 2 --cases 800 --builtin-seeds=false --minimize-time 100ms ;;
"serve --fleet"*) set -- "$@" --fleet-listen "127.0.0.1:$FLEET" --listen 127.0.0.1:0 --seed 9 --cases 60 --builtin-seeds=false --shard-cases 20 ;;
"try run") set -- "$@" --duration 2s ;;
"test corpus/behavior") set -- test $(ls corpus/behavior/*.txtar | head -n 20) ;;
"isa exhaust" | "isa matrix" | "mutants "* | "bisect "*) set -- "$@" --help ;;
"isa versus-qemu") [ -n "$QEMU" ] && set -- "$@" --duration 1s || set -- "$@" --help ;;
esac
status=0
case "$*" in
*nats://127.0.0.1:4222*) set -- work --join "nats://127.0.0.1:$FLEET" --workdir "$5" ;;
esac
"$RVFUZZ_REAL" "$@" || status=$?
case $status in 1 | 5) status=0 ;; esac
exit "$status"`,
	"go": `case "$1" in
test) shift; cd "$REPOSITORY" && exec "$GO_REAL" list -test "$@" ;;
generate) cd "$REPOSITORY" && exec "$GO_REAL" generate -n "${2}" ;;
esac
cd "$REPOSITORY" && exec "$GO_REAL" "$@"`,
	"docker": onlyFiles, "kubectl": onlyFiles, "install": onlyFiles, "systemctl": onlyFiles,
}

const onlyFiles = `for word; do
	case $word in ci/*) [ -e "$word" ] || { echo "there is no $word" >&2; exit 1; } ;; esac
done`

// testDocs executes the commands of each page for a task, in order, with a program that has a wrong lowering, so that there is
// something to find.
func testDocs(t *testing.T, program string) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	qemu, _ := exec.LookPath("qemu-riscv64")
	bin := t.TempDir()
	for name, text := range docsPrograms {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, page := range []string{"fuzz-my-backend", "triage-a-crasher", "add-an-instruction", "add-a-tag", "read-the-oracles-rules", "run-a-fleet"} {
		t.Run(page, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(root, "docs", page+".md"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := exec.LookPath("riscv64-linux-gnu-gcc"); err != nil && bytes.Contains(text, []byte("=riscv64-linux-gnu-gcc")) {
				t.Skip("riscv64-linux-gnu-gcc is not installed")
			}
			script := "set -eux\n"
			for _, block := range shellBlock.FindAllSubmatch(text, -1) {
				script += string(block[1]) + "\n"
			}
			dir := t.TempDir()
			for _, name := range []string{"corpus", "ci"} {
				if err := os.Symlink(filepath.Join(root, name), filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			}
			_, port, _ := strings.Cut(freeAddress(t), ":")
			cmd := exec.Command("sh", "-c", script)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "RVFUZZ_REAL="+program, "GO_REAL="+goCommand, "REPOSITORY="+root, "FLEET="+port,
				"QEMU="+qemu, "RVFUZZ_WRONG=1", "XDG_CACHE_HOME="+filepath.Join(dir, "cache"))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out[max(0, len(out)-4000):])
			}
			if strings.Count(script, "rvfuzz ") < 2 {
				t.Errorf("the page has hardly a command:\n%s", script)
			}
		})
	}
}
