package subject

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// broken returns a compiler whose optimised configuration takes every xor for an or.
func broken(t *testing.T) *Subject {
	t.Helper()
	llc := tools.Need(t, "llc")
	back := []string{llc.Path, "-O0", "-mtriple=riscv64", "-mattr=+m,+a,+f,+d,+c", "-filetype=obj", "{input}", "-o", "{output}"}
	wrong := []string{"sh", "-c", "sed 's/ xor / or /' {input} >{output}"}
	return &Subject{Name: "broken", Version: "1.0", Language: "llvm", Configurations: []Configuration{
		{Name: "plain", Reference: "plain", Commands: [][]string{back}},
		{Name: "wrong", Reference: "plain", Commands: [][]string{wrong, back}},
	}}
}

// A compiler that is wrong is found, classified and given a small program.
func TestFindsBrokenCompiler(t *testing.T) {
	s := broken(t)
	b := bench(t)
	on, err := Select([]*Subject{s}, "broken:wrong")
	if err != nil {
		t.Fatal(err)
	}
	var found []Finding
	summary, err := b.Campaign(context.Background(), Campaign{On: on, Seed: 3, Cases: 16, MaxFindings: 1, ReduceTime: 2 * time.Second,
		Found: func(f Finding) error { found = append(found, f); return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 || summary.Findings() != len(found) {
		t.Fatalf("%d findings, summary %+v", len(found), summary)
	}
	f := found[0]
	if f.Culprit != TheSubject || !strings.Contains(f.Shape, "xor") && !strings.Contains(f.Shape, "not") && !strings.Contains(f.Shape, "is_") {
		t.Errorf("culprit %s, shape %s", f.Culprit, f.Shape)
	}
	checkWritten(t, &f)
}

// checkWritten checks that a finding is written as an entry that reads back, with its text and note.
func checkWritten(t *testing.T, f *Finding) {
	t.Helper()
	path, err := f.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	entries, err := corpus.Load(path)
	if err != nil || len(entries) != 1 || len(entries[0].Runs) == 0 {
		t.Errorf("the entry: %v, %v", entries, err)
	}
	for _, extension := range []string{".ll", ".txt"} {
		if data, err := os.ReadFile(strings.TrimSuffix(path, ".txtar") + extension); err != nil || len(data) == 0 {
			t.Errorf("%s: %v", extension, err)
		}
	}
}

// parsed returns the case of a module with one run of @f0.
func parsed(t *testing.T, text string) *Case {
	t.Helper()
	m, err := air.Parse("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Prepare("test", m, []gen.Run{{Func: "f0"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A case that ends the program early, by a wrong address, does not take the others with it.
func TestCasesAfterACrash(t *testing.T) {
	s := broken(t)
	s.Configurations[1].Commands[0][2] = "sed 's/store i8 0, ptr @\"c1.g\"/store i8 0, ptr null/' {input} >{output}"
	stores := func() *Case {
		return parsed(t, "var @g: u8 = 1\nfn @f0() void {\n %0 = store(<*u8, @g>, <u8, 0>)\n %1 = ret({})\n}\n")
	}
	cases := []*Case{stores(), stores(), stores()}
	verdicts, err := bench(t).Try(context.Background(), s, &s.Configurations[1], Quick, cases)
	if err != nil || len(verdicts) != 3 || verdicts[0].Differs() || !verdicts[1].Differs() || verdicts[2].Differs() {
		t.Errorf("%v, %v", verdicts, err)
	}
}

// A compiler that says what it has not is not wrong; one that fails otherwise is.
func TestRefusals(t *testing.T) {
	cases, b := generated(t, 4, 2), bench(t)
	for message, refused := range map[string]int{"f16 is not supported on this target": 0, "internal error": 2} {
		c := Configuration{Name: "fails", Commands: [][]string{{"sh", "-c", "echo '" + message + "' >&2; exit 1"}}}
		verdicts, err := b.Try(context.Background(), &Subject{Language: "llvm"}, &c, Quick, cases)
		if err != nil || len(verdicts) != refused {
			t.Errorf("%s: %v, %v", message, verdicts, err)
		}
	}
}

// A compiler that writes nothing is wrong, whatever it says.
func TestNoOutput(t *testing.T) {
	c := Configuration{Name: "silent", Commands: [][]string{{"true"}}}
	verdicts, err := bench(t).Try(context.Background(), &Subject{Language: "llvm"}, &c, Quick, generated(t, 4, 1))
	if err != nil || len(verdicts) != 1 || verdicts[0].Refused == nil {
		t.Errorf("%v, %v", verdicts, err)
	}
}

// Of a program that is refused, the case at the place of the message is tried alone, and the others together.
func TestRefusedCase(t *testing.T) {
	llc, log := tools.Need(t, "llc"), filepath.Join(t.TempDir(), "log")
	script := fmt.Sprintf("echo >>%s; if n=$(grep -n odd {input}); then echo {input}:${n%%%%:*}:1: error: odd >&2; exit 1; fi\n"+
		"%s -O0 -mtriple=riscv64 -mattr=+m,+a,+f,+d,+c -filetype=obj {input} -o {output}", log, llc.Path)
	c := Configuration{Name: "refuses", Commands: [][]string{{"sh", "-c", script}}}
	var cases []*Case
	for i := range 9 {
		name := "g"
		if i == 4 {
			name = "odd"
		}
		cases = append(cases, parsed(t, fmt.Sprintf("const @%s: u8 = 1\nfn @f0() u8 {\n %%0 = ret(<u8, 0>)\n}\n", name)))
	}
	verdicts, err := bench(t).Try(context.Background(), &Subject{Language: "llvm"}, &c, Quick, cases)
	if err != nil || len(verdicts) != len(cases) {
		t.Fatalf("%v, %v", verdicts, err)
	}
	for i := range verdicts {
		if verdicts[i].Differs() != (i == 4) {
			t.Errorf("case %d: %s", i, &verdicts[i])
		}
	}
	if calls, err := os.ReadFile(log); err != nil || len(calls) != 4 {
		t.Errorf("%d calls of the compiler, want 4: %v", len(calls), err)
	}
}

// The runtime multiplies integers of 128 bits, and an unoptimised compilation of the hardest operations agrees.
func TestHardOperations(t *testing.T) {
	s := broken(t)
	b := bench(t)
	var cases []*Case
	for _, o := range Operations() {
		switch o.String() {
		case "mul_with_overflow(i128, i128) struct { i128, u1 }", "mul_sat(i127, i127) i127", "div_floor(i65, i65) i65", "mod(f64, f64) f64",
			"int_from_float(f128) i64", "fptrunc(f64) f16", "round(f32) f32", "shl_sat(i9, u8) i9", "min(f32, f32) f32":
			c, err := o.Case()
			if err != nil {
				t.Fatal(err)
			}
			cases = append(cases, c)
		}
	}
	verdicts, err := b.Try(context.Background(), s, &s.Configurations[0], Quick, cases)
	if err != nil || len(verdicts) < 8 {
		t.Fatalf("%d verdicts, %v", len(verdicts), err)
	}
	for i := range verdicts {
		if verdicts[i].Differs() {
			t.Errorf("%s: %s", verdicts[i].Case.Name, &verdicts[i])
		}
	}
}

func TestSelect(t *testing.T) {
	subjects := []*Subject{
		{Name: "a-1", Configurations: []Configuration{{Name: "O0"}, {Name: "O2"}}},
		{Name: "a-2", Configurations: []Configuration{{Name: "O2"}, {Name: "O2-x"}}},
	}
	for _, test := range []struct{ patterns, want string }{
		{"*", "a-1:O0 a-1:O2 a-2:O2 a-2:O2-x"}, {"a-*:O2", "a-1:O2 a-2:O2"}, {"a-2,a-1:O0,a-2:O2", "a-2:O2 a-2:O2-x a-1:O0"}, {"b", ""}, {"a-1:O3", ""},
	} {
		all, err := Select(subjects, test.patterns)
		var names []string
		for _, s := range all {
			names = append(names, s.String())
		}
		if got := strings.Join(names, " "); got != test.want || (err != nil) != (test.want == "") {
			t.Errorf("%s: %q, %v", test.patterns, got, err)
		}
	}
}

func TestCustom(t *testing.T) {
	if _, err := Custom("mine=sh {input} -o {output}", "llvm"); err != nil {
		t.Error(err)
	}
	for _, text := range []string{"mine", "mine=sh -o {output}", "mine=sh {input}", "mine={input} {output}", "mine=no-such-program {input} {output}"} {
		if s, err := Custom(text, "llvm"); err == nil {
			t.Errorf("%q is %v", text, s)
		}
	}
	if _, err := Custom("mine=sh {input} {output}", "cobol"); err == nil {
		t.Error("a language that there is not")
	}
}
