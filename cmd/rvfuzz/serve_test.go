package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
)

// within waits until something holds, and reports whether it came to that.
func within(most time.Duration, holds func() bool) bool {
	for end := time.Now().Add(most); time.Now().Before(end); time.Sleep(time.Second / 10) {
		if holds() {
			return true
		}
	}
	return false
}

// fetch returns what a server has at an address, or "".
func fetch(address string) string {
	response, err := http.Get(address)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return string(text)
}

// freeAddress returns an address of this machine that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// servePageOf serves the page of a campaign with additions to the environment, and returns its address when it is there, and
// what ends it.
func servePageOf(t *testing.T, program, dir string, env ...string) (at string, stop func()) {
	t.Helper()
	listen := freeAddress(t)
	server := exec.Command(program, "serve", "--listen", listen, dir)
	server.Env = append(os.Environ(), env...)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	stop = func() { _ = server.Process.Kill(); _ = server.Wait() }
	at = "http://" + listen
	if !within(time.Minute, func() bool { return fetch(at+"/buckets") != "" }) {
		stop()
		t.Fatal("the page is not served")
	}
	return at, stop
}

// press presses a button on the page of a bucket of a campaign, and returns what came of it. The server and its workers have the
// wrong lowering or not.
func press(t *testing.T, program, dir, name, button string, isWrong bool) string {
	t.Helper()
	wrong := "RVFUZZ_WRONG="
	if isWrong {
		wrong += "1"
	}
	at, stop := servePageOf(t, program, dir, wrong)
	defer stop()
	list := fetch(at + "/buckets")
	link := regexp.MustCompile(`href="(/bucket/[^"]*)">` + regexp.QuoteMeta(name) + `</a>`).FindStringSubmatch(list)
	if link == nil {
		t.Fatalf("no bucket %s in\n%s", name, list)
	}
	bucket := at + html.UnescapeString(link[1])
	form := regexp.MustCompile(`name="form" value="([^"]*)"`).FindStringSubmatch(fetch(bucket))
	if form == nil {
		t.Fatalf("%s has no form", bucket)
	}
	response, err := http.PostForm(bucket, url.Values{"form": {form[1]}, "do": {button}})
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", response, err)
	}
	response.Body.Close()
	result := regexp.MustCompile(`</time> ` + button + `: (.*?)</li>`)
	text := ""
	if !within(3*time.Minute, func() bool {
		if found := result.FindStringSubmatch(fetch(bucket)); found != nil {
			text = found[1]
		}
		return text != "" && text != "at work or waiting"
	}) {
		t.Errorf("%s does not end: %q", button, text)
	}
	return text
}

// testButtons presses the buttons of a bucket in a server that does what they say in worker processes: it is made smaller, checked
// again while the defect is there, and once more when it is not.
func testButtons(t *testing.T, program string) {
	dir := filepath.Join(t.TempDir(), "work")
	run := exec.Command(program, "run", "--jobs", "2", "--seed", "9", "--cases", "800", "--builtin-seeds=false", "--workdir", dir, "--minimize-time", "1ns")
	run.Env = append(os.Environ(), "RVFUZZ_WRONG=1")
	if out, _ := run.CombinedOutput(); run.ProcessState.ExitCode() != campaign.NewFinding {
		t.Fatalf("%s", out)
	}
	name := "" // the bucket of most cases, which is of the wrong lowering and stays so when its program is made smaller
	states := func() (open, gone int) {
		buckets, err := campaign.Triage(dir)
		if err != nil {
			t.Fatal(err)
		}
		name = cmp.Or(name, slices.MaxFunc(buckets, func(a, b campaign.Bucket) int { return cmp.Compare(a.Count, b.Count) }).Name)
		for i := range buckets {
			if buckets[i].State == campaign.Gone {
				gone++
			} else {
				open++
			}
		}
		return open, gone
	}
	before, _ := states()
	if got := press(t, program, dir, name, "reduce", true); !strings.HasSuffix(got, "it is smaller now") {
		t.Errorf("reduce: %q", got)
	}
	if got := press(t, program, dir, name, "recheck", true); got != "now it is new" {
		t.Errorf("recheck: %q", got)
	}
	if got := press(t, program, dir, name, "recheck", false); got != "now it is gone" {
		t.Errorf("recheck without the defect: %q", got)
	}
	if open, gone := states(); open != before-1 || gone != 1 {
		t.Errorf("%d buckets are open and %d gone, of %d", open, gone, before)
	}
}

// natsConfig is of a NATS server that keeps everything at once on disk, as the one in this program does.
const natsConfig = `listen: %q
http: %q
max_payload: 8MB
authorization { token: "0123456789abcdef" }
jetstream { store_dir: %q, sync_interval: always }
`

// testOtherServer carries out a campaign by two workers and a NATS server that is another process, kills that server in the
// middle, and checks that every case counts once. It logs what a worker costs.
func testOtherServer(t *testing.T, program string) {
	dir := t.TempDir()
	nats := filepath.Join(dir, "nats-server")
	if out, err := exec.Command("go", "build", "-o", nats, "github.com/nats-io/nats-server/v2").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	at, monitor := freeAddress(t), freeAddress(t)
	config := filepath.Join(dir, "nats.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, natsConfig, at, monitor, filepath.Join(dir, "jetstream")), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv(tokenVariable, "0123456789abcdef")
	work, address := filepath.Join(dir, "work"), "nats://"+at+"/night"
	server := &process{args: []string{"-c", config}}
	server.start(t, nats)
	coordinator := &process{args: []string{"serve", "--fleet", "--nats", address, "--lease", "2s", "--shard-cases", "100", "--seed", "9", "--cases", "3000",
		"--builtin-seeds=false", "--minimize-time", "100ms", work}}
	all := []*process{server, coordinator}
	for _, name := range []string{"1", "2"} {
		all = append(all, &process{args: []string{"work", "--join", address, "--jobs", "1", "--workdir", filepath.Join(dir, name)}})
	}
	defer func() {
		for _, p := range all {
			p.kill()
		}
	}()
	if !within(time.Minute, func() bool { return fetch("http://"+monitor+"/healthz") != "" }) {
		t.Fatalf("the server does not run:\n%s", &server.out)
	}
	for _, p := range all[1:] {
		p.start(t, program)
	}
	time.Sleep(3 * time.Second)
	server.kill()
	server.start(t, nats)
	for i, p := range all[1:] {
		select {
		case <-p.ended:
		case <-time.After(3 * time.Minute):
			t.Fatalf("process %d of the fleet does not end:\n%s", i, &p.out)
		}
	}
	if code := coordinator.cmd.ProcessState.ExitCode(); code != campaign.NewFinding {
		t.Fatalf("the fleet ends with %d:\n%s", code, &coordinator.out)
	}
	if s := savedSummary(t, work); s.Cases != 3000 || s.Next != 3000 || s.Trouble != "" || len(s.Findings) == 0 {
		t.Errorf("%s", s)
	}
	var used struct {
		InMsgs  int64 `json:"in_msgs"`
		InBytes int64 `json:"in_bytes"`
	}
	if err := json.Unmarshal([]byte(fetch("http://"+monitor+"/varz")), &used); err != nil || used.InMsgs == 0 {
		t.Errorf("%+v, %v", used, err)
	}
	t.Logf("since the server was killed it had %d messages and %d bytes", used.InMsgs, used.InBytes)
}
