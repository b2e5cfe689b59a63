package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
)

var everyPlant = flag.Bool("every-plant", false, "plant every kind of endless work in every part, which takes minutes")

// plantedWork is put at the end of the files that get endless work. The environment says which.
const plantedWork = `
func planted(part string, n int) int {
	var kept [][]byte
	switch os.Getenv("RVFUZZ_PLANTED") {
	case part + "/loop":
		for {
			n++
		}
	case part + "/append":
		for {
			kept = append(kept, make([]byte, 1<<16))
		}
	case part + "/block":
		<-make(chan int)
	case part + "/recursion":
		return planted(part, n+1) + 1
	}
	return len(kept)
}
`

// plants are the places: after a line of a file that occurs once, a line is added.
var plants = []struct{ file, line, add string }{
	{"fuzz/gen/gen.go", "\tg.makeGlobals()\n", "\tif s.Chance(1, 100) {\n\t\tplanted(\"gen\", 0)\n\t}\n"},
	{"fuzz/gen/seeds.go", "\ts.seedPalette(t)\n", "\tif f.name == \"memory\" && t.Bits == 13 {\n\t\tplanted(\"seeds\", 0)\n\t}\n"},
	{"backend/codegen/sat.go", "\tf.overflow(op, r, o, a, b, s, true)\n", "\tif s.signed && s.bits > 8 && s.bits < 32 {\n\t\tplanted(\"codegen\", 0)\n\t}\n"},
	{"backend/codegen/sat.go", "\tsign := a\n", "\tif os.Getenv(\"RVFUZZ_WRONG\") != \"\" && op == checkedMul {\n\t\tr = a\n\t}\n"}, // something to minimise
	{"fuzz/minimize/search.go", "\tfor from := 0; ; improved = true {\n", "\t\tplanted(\"minimize\", 0)\n"},
}

// buildPlanted builds the command with endless work in it.
func buildPlanted(dir string) (program string, err error) {
	texts, err := plantedTexts()
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	for path, text := range texts {
		replace[path] = filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(replace[path], []byte(text), 0o644); err != nil {
			return "", err
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o644)
	}
	if err != nil {
		return "", err
	}
	program = filepath.Join(dir, "rvfuzz")
	build := exec.Command("go", "build", "-overlay", filepath.Join(dir, "overlay.json"), "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return program, nil
}

// plantedTexts returns the changed files by their paths.
func plantedTexts() (map[string]string, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return nil, err
	}
	texts, has := map[string]string{}, map[string]bool{}
	for _, p := range plants {
		path := filepath.Join(root, filepath.FromSlash(p.file))
		if texts[path] == "" {
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			texts[path] = string(text)
			if !has[filepath.Dir(path)] {
				texts[path] = strings.Replace(texts[path], "import (\n", "import (\n\t\"os\"\n", 1) + plantedWork
			}
			has[filepath.Dir(path)] = true
		}
		if n := strings.Count(texts[path], p.line); n != 1 {
			return nil, fmt.Errorf("%s has the line %q %d times", p.file, p.line, n)
		}
		texts[path] = strings.Replace(texts[path], p.line, p.line+p.add, 1)
	}
	return texts, nil
}

// TestPlanted runs campaigns of a command with endless work and a wrong lowering in it.
func TestPlanted(t *testing.T) {
	program, err := buildPlanted(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Run("explain", func(t *testing.T) { testExplain(t, program) })
	t.Run("buckets", func(t *testing.T) { testBuckets(t, program) })
	t.Run("reduce", func(t *testing.T) { testReduce(t, program) })
	t.Run("docs", func(t *testing.T) { testDocs(t, program) })
	t.Run("endless work", func(t *testing.T) { testEndlessWork(t, program) })
	t.Run("kills", func(t *testing.T) { testKills(t, program) })
	t.Run("fleet", func(t *testing.T) { testFleetKills(t, program) })
	t.Run("third-party server", func(t *testing.T) { testOtherServer(t, program) })
	t.Run("buttons", func(t *testing.T) { testButtons(t, program) })
}

// testEndlessWork checks that an endless loop, an endless append, an endless recursion and an endless wait in the
// generator, of cases and of built-in seeds, in the code generator and the minimiser become findings, that the campaign
// does all its cases, and that it can be resumed.
func testEndlessWork(t *testing.T, program string) {
	kinds := map[string]string{"loop": "hang", "append": "memory", "recursion": "stack", "block": "hang"}
	quick := []string{"gen/loop", "seeds/loop", "codegen/recursion", "codegen/block", "minimize/append"}
	for _, part := range []string{"gen", "seeds", "codegen", "minimize"} {
		for how, kind := range kinds {
			plant := part + "/" + how
			if !*everyPlant && !slices.Contains(quick, plant) {
				continue
			}
			site := part
			if part == "seeds" {
				site = "gen"
			}
			t.Run(plant, func(t *testing.T) { testPlant(t, program, plant, fmt.Sprintf("self-%s/-/%s", kind, site)) })
		}
	}
}

// testPlant checks that a campaign with endless work finds a bucket, and the divergence that is minimised in the
// minimiser's case, and does not tell of it again when it is resumed.
func testPlant(t *testing.T, program, plant, bucket string) {
	dir := filepath.Join(t.TempDir(), "work")
	began := time.Now()
	out := runPlanted(t, program, plant, dir, "--cases", "400")
	found, events := foundIn(t, dir)
	t.Logf("%s, %v", time.Since(began).Round(time.Second), found)
	// A wrong lowering shows in the places that use its values too.
	minimizes := strings.HasPrefix(plant, "minimize")
	if len(found[bucket]) != 1 || minimizes && len(found) < 2 || !minimizes && len(found) != 1 {
		t.Fatalf("found %v, not %s\n%s", found, bucket, out)
	}
	if _, err := os.Stat(found[bucket][0]); err != nil {
		t.Error(err)
	}
	runPlanted(t, program, plant, dir, "--cases", "410", "--resume")
	if again, more := foundIn(t, dir); more <= events || !reflect.DeepEqual(found, again) {
		t.Errorf("after %d more events: %v", more-events, again)
	}
}

// foundIn returns the files of the findings that the log tells of, by bucket, and the number of events.
func foundIn(t *testing.T, dir string) (found map[string][]string, events int) {
	t.Helper()
	log, err := campaign.Events(dir)
	if err != nil {
		t.Fatal(err)
	}
	found = map[string][]string{}
	for _, e := range log {
		if e.Kind == campaign.Finding {
			found[e.Bucket] = append(found[e.Bucket], e.Path)
		}
	}
	return found, len(log)
}

// runPlanted runs a campaign with endless work, which must find something, and returns what it prints.
func runPlanted(t *testing.T, program, plant, dir string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(program, append([]string{"run", "--jobs", "2", "--builtin-seeds=" + strconv.FormatBool(strings.HasPrefix(plant, "seeds")), "--workdir", dir, "--minimize-time", "2s",
		"--case-time", "500ms", "--case-memory", "300000000", "--case-stack", "8388608"}, args...)...)
	cmd.Env = append(os.Environ(), "RVFUZZ_PLANTED="+plant)
	if strings.HasPrefix(plant, "minimize") {
		cmd.Env = append(cmd.Env, "RVFUZZ_WRONG=1")
	}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != campaign.NewFinding {
		t.Fatalf("%v\n%s", err, out)
	}
	if want := "campaign 1 shard 0: " + args[1] + " cases"; !bytes.Contains(out, []byte(want)) {
		t.Errorf("not %q:\n%s", want, out)
	}
	return out
}

// saturating is an entry whose code is wrong with RVFUZZ_WRONG, and never made with endless work in codegen.
const saturating = `expect: agree
target: rv64gc

-- air --
fn @f(i9, i9) i9 {
  %0 = arg(i9, 0)
  %1 = arg(i9, 1)
  %2 = mul_sat(%0, %1)
  %3 = bit_and(%2, <i9, 127>)
  %4 = ret(%3)
}
-- run --
@f(3, 5) == 15
`

// testExplain checks what is explained of a wrong lowering, and of endless work, which ends on time.
func testExplain(t *testing.T, program string) {
	file := filepath.Join(t.TempDir(), "entry.txtar")
	if err := os.WriteFile(file, []byte(saturating), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		environment string
		says        []string
	}{
		{"RVFUZZ_WRONG=1", []string{"wrong-value/sat.saturating", "%2 = mul_sat(%0, %1)", "backend/codegen/sat.go", "15 (0x000f)", "saturating"}},
		{"RVFUZZ_PLANTED=codegen/loop", []string{"self-hang/-/codegen", "hang in codegen", "backend/codegen.planted", "(*function).saturating", "mul_sat(%0, %1)"}},
		{"RVFUZZ_PLANTED=codegen/append", []string{"self-memory/-/codegen", "memory in codegen", "(*function).saturating", "mul_sat(%0, %1)"}},
		{"RVFUZZ_PLANTED=codegen/recursion", []string{"self-stack/-/codegen", "stack in codegen", "backend/codegen.planted", "mul_sat(%0, %1)"}},
	} {
		t.Run(test.environment, func(t *testing.T) {
			for _, form := range []string{"--json=false", "--json"} {
				cmd := exec.Command(program, "explain", form, file, "--case-time", "500ms", "--case-memory", "300000000", "--case-stack", "8388608")
				cmd.Env = append(os.Environ(), test.environment)
				began := time.Now()
				out, err := cmd.CombinedOutput()
				if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != statusFinding || time.Since(began) > 20*time.Second {
					t.Errorf("%v after %s", err, time.Since(began))
				}
				for _, part := range test.says {
					if !bytes.Contains(out, []byte(part)) {
						t.Errorf("%s does not say %q", form, part)
					}
				}
				if t.Failed() {
					t.Logf("%s", out)
				}
			}
		})
	}
}

// testReduce checks that a program is reduced of which the worker dies.
func testReduce(t *testing.T, program string) {
	file := filepath.Join(t.TempDir(), "entry.txtar")
	if err := os.WriteFile(file, []byte(saturating), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, how := range []string{"loop", "recursion"} {
		cmd := exec.Command(program, "reduce", "--time", "4s", "--case-time", "500ms", "--case-stack", "8388608", file)
		cmd.Env = append(os.Environ(), "RVFUZZ_PLANTED=codegen/"+how)
		out, err := cmd.Output()
		if err != nil || !bytes.Contains(out, []byte("mul_sat")) || bytes.Contains(out, []byte("bit_and")) || !bytes.Contains(out, []byte("signature=self/")) {
			t.Errorf("%s: %v\n%s", how, err, out)
		}
	}
}

// testBuckets checks that the lines of findings, the summary, --json, the log, the files and triage speak of the same
// buckets, with the same file, first case, count and seconds, and name version and options.
func testBuckets(t *testing.T, program string) {
	dir := filepath.Join(t.TempDir(), "work")
	cmd := exec.Command(program, "run", "--jobs", "2", "--seed", "9", "--cases", "1500", "--builtin-seeds=false", "--workdir", dir,
		"--minimize-time", "2s", "--options", "compress", "--json")
	cmd.Env = append(os.Environ(), "RVFUZZ_WRONG=1")
	var told bytes.Buffer
	cmd.Stderr = &told
	out, _ := cmd.Output()
	var s jsonSummary
	text, line, _ := strings.Cut(strings.TrimSpace(string(out)), "\n{")
	if err := json.Unmarshal([]byte("{"+line), &s); err != nil || cmd.ProcessState.ExitCode() != campaign.NewFinding {
		t.Fatalf("%v\n%s%s", err, out, told.Bytes())
	}
	version, err := exec.Command(program, "version").Output()
	if err != nil || s.Version != strings.TrimSpace(string(version)) || s.Options != "compress" {
		t.Errorf("version %q and options %q, want %q and compress (%v)", s.Version, s.Options, version, err)
	}
	triage, _ := exec.Command(program, "triage", dir).Output()
	buckets, err := campaign.Triage(dir)
	if err != nil || len(buckets) == 0 || len(buckets) != len(s.Buckets) || len(buckets) != len(s.Findings) {
		t.Fatalf("%d buckets by triage, %d and %d in the summary, %v", len(buckets), len(s.Buckets), len(s.Findings), err)
	}
	all := len(buckets)
	for i := range buckets {
		all += len(buckets[i].Also) // told of when it was not yet known that they are of one bucket
	}
	files, also := len(names(t, dir, "findings")), len(names(t, dir, "also"))
	if files != len(buckets) || files+also != all || strings.Count(told.String(), "FINDING ") != all {
		t.Errorf("%d files, %d more and %d lines of %d buckets\n%s", files, also, strings.Count(told.String(), "FINDING "), len(buckets), told.Bytes())
	}
	for i := range buckets {
		b := &buckets[i]
		own, _ := json.Marshal(b)
		printed, _ := json.Marshal(&s.Buckets[i])
		if string(own) != string(printed) || b.Count != s.Findings[b.Name] || b.Version != s.Version {
			t.Errorf("triage has %+v, --json has %+v, and %d cases", b, s.Buckets[i], s.Findings[b.Name])
		}
		for where, text := range map[string]string{"the summary": text, "triage": string(triage)} {
			if strings.Count(text, b.Name+" ") != 1 || !strings.Contains(text, b.String()) {
				t.Errorf("%s does not have the line of %s once:\n%s", where, b.Name, text)
			}
		}
		finding := fmt.Sprintf("FINDING %s (case %d, after %.0fs, %d instructions) %s\n", b.Name, b.Case, b.After.Seconds(), b.Instructions, b.Path)
		if !strings.Contains(told.String(), finding) {
			t.Errorf("no line %s in\n%s", finding, told.Bytes())
		}
		e, err := corpus.Load(b.Path)
		if err != nil || len(e) != 1 {
			t.Fatalf("%d entries in %s, %v", len(e), b.Path, err)
		}
		want := fmt.Sprintf("campaign=9 shard=0 case=%d ", b.Case)
		if !strings.HasPrefix(e[0].Found, want) || !strings.HasSuffix(e[0].Found, " signature="+b.Signature) || e[0].Options != b.Options {
			t.Errorf("the entry of %s is found %q and has options %q, want %q", b.Name, e[0].Found, e[0].Options, want)
		}
	}
}
