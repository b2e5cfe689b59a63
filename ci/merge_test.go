package ci

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fakeShards stands for rvfuzz where shards are merged: shard 0 has two buckets, shard 1 one of them, and 2 is no campaign.
const fakeShards = `#!/bin/sh
case "$1 $2" in
"report "*/2) exit 2 ;;
"report "*) for out; do :; done; echo "campaign 1 shard $(basename "$2"): 100 cases, 2 new buckets, 0 known, 0 gone" >"$out" ;;
"triage "*)
	echo "new        7 cases  first 12            3s   4 instructions  wrong-value/shr/shift.shr  a.txtar"
	[ "$(basename "$2")" = 1 ] || echo "known      1 case   first 99           65s   1 instruction  wrong-value/add_wrap/int.add  b.txtar"
	echo "1 new, 1 known, 0 flaky, 0 gone"
	exit 1 ;;
"corpus merge") mkdir "$4" && shift 4 && echo "$@" >"$MERGED" ;;
esac
`

// TestMerge checks that buckets of shards are added up, that entries are merged, and that a shard without a campaign is told of.
func TestMerge(t *testing.T) {
	dir := t.TempDir()
	command := filepath.Join(dir, "rvfuzz")
	if err := os.WriteFile(command, []byte(fakeShards), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"s/0/findings", "s/1", "s/2"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	merge := func(shards ...string) (string, int) {
		cmd := exec.Command("sh", append([]string{"merge.sh", filepath.Join(dir, "out"+shards[0]+shards[len(shards)-1])}, joinAll(dir+"/s", shards)...)...)
		cmd.Env = append(os.Environ(), "RVFUZZ="+command, "MERGED="+filepath.Join(dir, "merged"))
		out, _ := cmd.CombinedOutput()
		return string(out), cmd.ProcessState.ExitCode()
	}
	out, status := merge("0", "1", "2")
	for _, want := range []string{"2 of 3 shards", "200 cases", "no campaign in the folder of shard 2",
		"| new | `wrong-value/shr/shift.shr` | 14 | 2 |", "| known | `wrong-value/add_wrap/int.add` | 1 | 1 |"} {
		if !strings.Contains(out, want) {
			t.Errorf("the summary does not have %q:\n%s", want, out)
		}
	}
	if merged, err := os.ReadFile(filepath.Join(dir, "merged")); status != 3 || err != nil || string(merged) != filepath.Join(dir, "s/0/findings")+"\n" {
		t.Errorf("status %d, merged %q, %v\n%s", status, merged, err, out)
	}
	if out, status := merge("0", "1"); status != 1 {
		t.Errorf("status %d\n%s", status, out)
	}
	if out, status := merge("0", "0"); status != 2 || !strings.Contains(out, "two shards are called 0") {
		t.Errorf("status %d\n%s", status, out)
	}
}

func joinAll(folder string, names []string) (paths []string) {
	for _, n := range names {
		paths = append(paths, filepath.Join(folder, n))
	}
	return paths
}
