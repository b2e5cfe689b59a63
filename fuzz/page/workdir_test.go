package page

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
)

// hostile is text that would do something if a page, a report or a shell took it for more than text.
const hostile = `</script><script>document.title="owned"</script><img src=x onerror=alert(1)>'"&{{.}}` + "`|$(id)\x1b[31m"

// workdir writes the folder of a campaign.
type workdir struct {
	t    testing.TB
	dir  string
	file *os.File
	log  *bufio.Writer
	at   time.Time
}

func newWorkdir(t testing.TB, name string) *workdir {
	t.Helper()
	w := &workdir{t: t, dir: filepath.Join(t.TempDir(), name), at: time.Now().UTC().Add(-3 * time.Hour)}
	if err := os.MkdirAll(filepath.Join(w.dir, campaign.New), 0o755); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.file, err = os.OpenFile(filepath.Join(w.dir, "events.jsonl"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644); err != nil {
		t.Fatal(err)
	}
	w.log = bufio.NewWriter(w.file)
	t.Cleanup(func() { w.file.Close() })
	return w
}

// tell writes an event that happened some time after the one before.
func (w *workdir) tell(after time.Duration, e campaign.Event) {
	w.at = w.at.Add(after)
	e.Time, e.Seed = w.at, 1
	line, err := json.Marshal(&e)
	if err == nil {
		_, err = w.log.Write(append(line, '\n'))
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *workdir) flush() {
	if err := w.log.Flush(); err != nil {
		w.t.Fatal(err)
	}
}

// finding writes a finding with its file. The text is in its entry, its detail and its culprit.
func (w *workdir) finding(bucket, signature, text string, number uint64) {
	name := filepath.Join(w.dir, campaign.New, fmt.Sprintf("f%d.txtar", number))
	entry := fmt.Sprintf("# %s\nexpect: agree\nfound: campaign=1 shard=0 case=%d signature=%s\ntarget: rv64gc\n\n-- air --\nfn @f(i8) i8 {\n  %%0 = arg(i8, 0)\n  %%1 = ret(%%0)\n}\n-- run --\n@f(1) == 1\n", text, number, signature)
	if err := os.WriteFile(name, []byte(entry), 0o644); err != nil {
		w.t.Fatal(err)
	}
	line := 50
	if number == 2 { // a place of which no more is known than its function
		line = 0
	}
	x := &diff.Explanation{Conclusion: diff.Diverges, Signature: signature, Bucket: bucket, Call: "@f(1)", Detail: "result: want 0x1, got 0x2 " + text,
		Defect: &diff.Culprit{Kind: "wrong-value", Places: []link.CodeCall{{Func: "add", File: "backend/codegen/arith.go", Line: line}}},
		Culprit: &diff.Blamed{Func: "f", Inst: 1, Text: "%1 = add(%0, %0)" + text, Type: "i8", Where: "a0",
			Parts: []diff.Part{{Type: "i8", Want: diff.Number{Text: "1", Hex: "0x1"}, Got: diff.Number{Text: "2", Hex: "0x2"}, Differs: true}}},
		AIR:      []diff.Line{{Text: "  %0 = arg(i8, 0) " + text, Value: "1", Code: "1"}, {Text: "  %1 = add(%0, %0)", Value: "1", Code: "2", Culprit: true}},
		MIR:      []diff.MIRLine{{Text: "add a0, a0, a0 " + text, AIR: "%1 = add(%0, %0)", Culprit: true}},
		Executed: []diff.Executed{{Code: diff.Code{PC: "0x10", Text: "add a0,a0,a0", AIR: "%1 = add(%0, %0)", Culprit: true}}}}
	raw, err := json.Marshal(x)
	if err != nil {
		w.t.Fatal(err)
	}
	w.tell(time.Millisecond, campaign.Event{Kind: campaign.Finding, Bucket: bucket, Signature: signature, Path: name, Text: text, Explanation: raw,
		Instructions: 2, Case: number, After: time.Second, Version: "rvfuzz test"})
}

// progress writes a report of so many cases. The counts of buckets are those that changed.
func (w *workdir) progress(kind string, cases uint64, findings, known map[string]uint64, reached ...string) {
	w.tell(time.Second, campaign.Event{Kind: kind, Reached: reached, Memory: 300 << 20, Summary: &campaign.Summary{Seed: 1, Cases: cases, Discarded: cases / 500,
		Reasons: map[string]uint64{"out of steps": cases / 500}, Runs: cases, Endings: map[string]uint64{"returned": cases}, Instructions: 80 * cases, Steps: 100 * cases,
		Tags: 195, Pairs: len(reached), Findings: findings, Known: known, Elapsed: time.Duration(cases) * time.Millisecond, Phase: "cases", Next: cases}})
	w.flush()
}

// settled writes the checkpoint, from which buttons take the campaign.
func (w *workdir) settled() {
	if err := os.WriteFile(filepath.Join(w.dir, "progress.json"), []byte(`{"seed":1,"shard":0}`), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// night returns a campaign with buckets in every state: three new, one of them hostile, and one flaky, one known, one gone,
// and a known issue that it was told of.
func night(t testing.TB) *workdir {
	w := newWorkdir(t, "night")
	w.tell(0, campaign.Event{Kind: campaign.Start, Schema: campaign.Schema, Version: "rvfuzz test", Reached: []string{"add i8", "shr u33"}})
	counts := map[string]uint64{}
	for i, name := range []string{"wrong-value/arith.add", "wrong-value/shift.shr", "wrong-value/" + hostile, "wrong-value/flaky.one", "wrong-value/known.one", "broken-rule/gone.one"} {
		tag := []string{"add.i8", "shr.u33", "mul.i16", "div.i32", "rem.i64", "xor.u1"}[i]
		w.finding(name, "value/result/"+tag+"/arith.add/register", map[bool]string{true: hostile, false: "plain"}[i == 2], uint64(i+1))
		counts[name] = uint64(10 * (i + 1))
	}
	for number, state := range map[int]string{4: campaign.Flaky, 5: campaign.Known, 6: campaign.Gone} {
		name := fmt.Sprintf("f%d.txtar", number)
		if err := os.MkdirAll(filepath.Join(w.dir, state), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(w.dir, campaign.New, name), filepath.Join(w.dir, state, name)); err != nil {
			t.Fatal(err)
		}
	}
	w.progress(campaign.Progress, 5000, counts, nil, "mul i16", "ret noreturn")
	w.progress(campaign.Progress, 9000, map[string]uint64{"wrong-value/arith.add": 30}, nil, "load struct")
	w.progress(campaign.End, 10000, nil, map[string]uint64{"wrong-value/told/of": 7})
	w.settled()
	return w
}

// large returns a campaign with so many buckets and ten million cases, at two thousand a second.
func large(t testing.TB, buckets int) *workdir {
	w := newWorkdir(t, "large")
	w.tell(0, campaign.Event{Kind: campaign.Start, Schema: campaign.Schema, Version: "rvfuzz test"})
	tags := []string{"add", "sub", "shr", "shl", "mul", "load", "store", "call", "bitcast", "cmp_eq"}
	const reports = 5000
	next := 0
	for n := uint64(1); n <= reports; n++ {
		counts := map[string]uint64{}
		for ; next < buckets*int(n)/reports; next++ {
			name := fmt.Sprintf("wrong-value/file%d.function%d", next%97, next)
			w.finding(name, fmt.Sprintf("value/result/%s.i%d/site.%d/register", tags[next%len(tags)], 1+next%64, next%31), "plain", uint64(next+1))
			counts[name] = uint64(next%50 + 1)
		}
		for range 2 { // a thousandth of the cases
			w.tell(0, campaign.Event{Kind: campaign.Discard, Case: n, Text: "out of steps"})
		}
		w.progress(campaign.Progress, n*2000, counts, nil, fmt.Sprintf("%s i%d", tags[n%10], 1+n/10%64))
	}
	w.progress(campaign.End, 10_000_000, nil, nil)
	w.settled()
	return w
}
