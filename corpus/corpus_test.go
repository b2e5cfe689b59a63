package corpus

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

const narrowAdd = `# A narrow add must be canonical again before it is returned.
#
# Second paragraph.
expect: agree
target: rv64gc
options: registers=4
found: campaign=7

-- air --
const Color = enum(u8) {
  red,
  green,
}

const Failure = error{Lost = 1}

var @counter: u32 = 0

fn @inc(i8) i8 {
  %0 = arg(i8, 0)
  %1 = add_wrap(%0, <i8, 1>)
  %2 = ret(%1)
}

fn @mixed(bool, Color, *u32) Failure!u16 {
  %0 = unreach()
}

fn @nothing() void {
  %0 = ret({})
}

extern fn @outside(u8) u8
-- run --
@inc(127) == -128
@inc(-1) == 0
@mixed(true, .green, @counter) == error.Lost
@mixed(false, .red, @counter+2) == 65535
@nothing() == {}
@nothing() traps illegal-instruction
@nothing() panics integer_overflow
@nothing() exceeds steps
-- live --
%0 = arg
`

func TestParse(t *testing.T) {
	e, err := Parse("folder/narrow.txtar", []byte(narrowAdd))
	if err != nil {
		t.Fatal(err)
	}
	if e.Name != "narrow.txtar" || e.Target != "rv64gc" || e.Options != "registers=4" || e.Found != "campaign=7" {
		t.Errorf("keys: %q %q %q %q", e.Name, e.Target, e.Options, e.Found)
	}
	if len(e.Comment) != 3 || e.Live != "%0 = arg\n" || len(e.Runs) != 8 || e.Module.Func("inc") == nil {
		t.Errorf("comment %q, live %q, %d runs", e.Comment, e.Live, len(e.Runs))
	}
	first := e.Runs[0]
	if first.Func != "inc" || first.Args[0].Int != 127 || first.Args[0].Type != air.I8 || first.Line != 35 ||
		first.Want.Ending != oracle.Returned || first.Want.Value.Int != -128 {
		t.Errorf("first run line: %+v", first)
	}
	if got := e.Runs[2].Want.Value; got.Kind != air.ErrorValue || got.Int != 1 {
		t.Errorf("error value: %+v", got)
	}
	for i, want := range []oracle.Ending{oracle.Trapped, oracle.Panicked, oracle.OutOfSteps} {
		if got := e.Runs[5+i].Want.Ending; got != want {
			t.Errorf("run line %d ends %v, want %v", 5+i, got, want)
		}
	}
	if diff := cmp.Diff(narrowAdd, string(Format(e))); diff != "" {
		t.Errorf("canonical text (-want +got):\n%s", diff)
	}
}

func TestExpect(t *testing.T) {
	for _, c := range []struct {
		key  string
		want Expect
	}{
		{"expect: agree", Expect{Kind: Agree}},
		{`expect: reject "type \"u8\""`, Expect{Kind: Reject, Text: `type "u8"`}},
		{"expect: diverge value/add_wrap.i8\nissue: #7\nexpires: 2030-01-31", Expect{Diverge, "value/add_wrap.i8"}},
	} {
		text := c.key + "\n\n-- air --\nfn @f() void {\n  %0 = ret({})\n}\n"
		e, err := Parse("e", []byte(text))
		if err != nil {
			t.Errorf("%s: %v", c.key, err)
			continue
		}
		if e.Expect != c.want {
			t.Errorf("%s: %+v", c.key, e.Expect)
		}
		if got := string(Format(e)); got != text {
			t.Errorf("%s: canonical text is %q", c.key, got)
		}
	}
}

// TestRejectedText checks that an entry that expects a rejection may hold a program that does not parse.
func TestRejectedText(t *testing.T) {
	e, err := Parse("e", []byte("expect: reject \"expected\"\n\n-- air --\nfn @f(\n"))
	if err != nil || e.Module != nil {
		t.Errorf("module %v, error %v", e.Module, err)
	}
}

func TestParseErrors(t *testing.T) {
	const good = "-- air --\nfn @f(u8) u8 {\n  %0 = arg(u8, 0)\n  %1 = ret(%0)\n}\nextern fn @x() void\n"
	for _, c := range []struct{ text, want string }{
		{"", "e:1: the entry has no section air"},
		{good, "e:1: the entry has no key expect"},
		{"expect: agree\n", "e:2: the entry has no section air"},
		{"expect: agree\nexpect: agree\n" + good, `e:2: "expect:" is given twice`},
		{"expect: maybe\n" + good, "e:1: expect: \"maybe\" is none of"},
		{"expect: agree now\n" + good, "is none of"},
		{"expect: reject text\n" + good, "is none of"},
		{"expect: diverge\n" + good, "is none of"},
		{"expect:\n" + good, "e:1: expected `key: value`"},
		{"words\n" + good, "e:1: expected `key: value`"},
		{"expect: agree\n\ncolour: red\n" + good, `e:3: unknown key "colour"`},
		{"expect: diverge x\n" + good, "needs the keys issue and expires"},
		{"expect: diverge x\nissue: 1\nexpires: tomorrow\n" + good, `e:3: expires: "tomorrow" is not a day`},
		{"expect: agree\nissue: 1\n" + good, "are for known divergences"},
		{"expect: agree\n" + good + "-- code --\nx\n", `e:8: unknown section "code"`},
		{"expect: agree\n" + good + "-- air --\nx\n", `e:8: "-- air --" is given twice`},
		{"expect: agree\n" + good + "-- run --\n", "e:8: section run is empty"},
		{"expect: agree\n-- air --\nfn @f() void {\n  %0 = retire({})\n}\n", "e:4:8: there is no instruction"},
		{"expect: agree\n" + good + "-- run --\n@f(1) == 1\n@g(1) == 1\n", "e:10: there is no function @g"},
		{"expect: agree\n" + good + "-- run --\n@x() == {}\n", "e:9: function @x is extern"},
		{"expect: agree\n" + good + "-- run --\n@f() == 1\n", "e:9: argument 1"},
		{"expect: agree\n" + good + "-- run --\n@f(1, 2) == 1\n", "e:9: after the arguments"},
		{"expect: agree\n" + good + "-- run --\n@f(true) == 1\n", "e:9: argument 1"},
		{"expect: agree\n" + good + "-- run --\n@f(undefined) == 1\n", "e:9: argument 1: the value is undefined"},
		{"expect: agree\n" + good + "-- run --\n@f(1) == 1 2\n", "e:9: result: unexpected"},
		{"expect: agree\n" + good + "-- run --\n@f(1) = 1\n", "e:9: expected ==, traps"},
		{"expect: agree\n" + good + "-- run --\n@f(1) traps\n", "is not a reason"},
		{"expect: agree\n" + good + "-- run --\n@f(1) panics A b\n", "is not a reason"},
		{"expect: agree\n" + good + "-- run --\nf(1) == 1\n", "e:9: "},
		{"expect: reject \"x\"\n-- air --\nfn @f(\n-- run --\n@f(1) == 1\n", "e:5: a run line of a program that does not parse"},
	} {
		_, err := Parse("e", []byte(c.text))
		if err == nil {
			t.Errorf("%q: no error, want %q", c.text, c.want)
		} else if !strings.HasPrefix(err.Error(), "e:") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %q, want %q", c.text, err, c.want)
		}
	}
}

func TestSlug(t *testing.T) {
	for _, c := range []struct{ words, want string }{
		{"A narrow add!", "a-narrow-add"},
		{"--x--", "x"},
		{"", "entry"},
		{"é", "entry"},
		{"value/add_wrap.i8", "value-add-wrap-i8"},
		{strings.Repeat("a", maxSlug), strings.Repeat("a", maxSlug)},
		{strings.Repeat("a", maxSlug+1), strings.Repeat("a", maxSlug)},
		{strings.Repeat("a", maxSlug-2) + " bc", strings.Repeat("a", maxSlug-2) + "-b"},
		{strings.Repeat("a", maxSlug-1) + " bc", strings.Repeat("a", maxSlug-1)},
	} {
		if got := Slug(c.words); got != c.want {
			t.Errorf("Slug(%q) = %q, want %q", c.words, got, c.want)
		}
	}
}

func TestNewWriteLoad(t *testing.T) {
	m, err := air.Parse("m", []byte("fn @f(u8) u8 {\n  %0 = arg(u8, 0)\n  %1 = ret(%0)\n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	run, err := ParseRun(m, "@f(3) == 3")
	if err != nil {
		t.Fatal(err)
	}
	e := New("Returns its argument", m, []Run{run})
	if !strings.HasPrefix(e.Name, "returns-its-argument-") || len(e.Name) != len("returns-its-argument-01234567.txtar") {
		t.Errorf("name %q", e.Name)
	}
	folder := filepath.Join(t.TempDir(), "new", "[folder]")
	path, written, err := Write(folder, e)
	if err != nil || !written || path != filepath.Join(folder, e.Name) {
		t.Fatalf("Write: %q %v %v", path, written, err)
	}
	again := New("Another name", m, []Run{run})
	if second, written, err := Write(folder, again); err != nil || written || second != path {
		t.Errorf("second Write: %q %v %v", second, written, err)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v, %v", left, err)
	}
	loaded, err := Load(folder)
	if err != nil || len(loaded) != 1 {
		t.Fatalf("Load: %v, %v", loaded, err)
	}
	if diff := cmp.Diff(string(Format(e)), string(Format(loaded[0]))); diff != "" {
		t.Errorf("what was written reads back as (-want +got):\n%s", diff)
	}
	e.Name = "../outside"
	if _, _, err := Write(folder, e); err == nil {
		t.Error("a name with a folder was accepted")
	}
}

func TestLoadErrors(t *testing.T) {
	if _, err := Load(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a missing path loads")
	}
	bad := filepath.Join(t.TempDir(), "bad.txtar")
	if err := os.WriteFile(bad, []byte("nonsense\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(bad); err == nil || !strings.HasPrefix(err.Error(), bad+":1: ") {
		t.Errorf("error %v", err)
	}
}

// TestEmbedded checks that every embedded entry is in canonical form, under the name of its content.
func TestEmbedded(t *testing.T) {
	for _, folder := range Folders() {
		entries, err := Embedded(folder)
		if err != nil {
			t.Error(err)
		}
		for _, e := range entries {
			data, err := files.ReadFile(folder + "/" + e.Name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(Format(e)), string(data)); diff != "" {
				t.Errorf("%s/%s is not canonical (-canonical +is):\n%s", folder, e.Name, diff)
			}
			if !strings.HasSuffix(e.Name, "-"+e.Hash()+Extension) {
				t.Errorf("%s/%s: the name must end in -%s%s", folder, e.Name, e.Hash(), Extension)
			}
			if e.Module != nil {
				if diff := cmp.Diff(string(air.Print(e.Module)), e.Air); diff != "" {
					t.Errorf("%s/%s: the program is not as it prints (-printed +is):\n%s", folder, e.Name, diff)
				}
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(narrowAdd))
	f.Add([]byte("expect: diverge a/b\nissue: 1\nexpires: 2030-01-01\n-- air --\nvar @x: u8 = 1\n-- mir --\nx"))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := Parse("e", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "e:") {
				t.Fatalf("the error has no place: %v", err)
			}
			return
		}
		text := Format(e)
		again, err := Parse("e", text)
		if err != nil {
			t.Fatalf("the canonical text does not parse: %v\n%s", err, text)
		}
		if diff := cmp.Diff(string(text), string(Format(again))); diff != "" {
			t.Fatalf("the canonical text is not canonical:\n%s", diff)
		}
	})
}

// TestOptionsAreInTheName checks that entries that differ only in their options have files of their own.
func TestOptionsAreInTheName(t *testing.T) {
	folder := t.TempDir()
	var paths []string
	for _, options := range []string{"", "zbb", "compress zbb"} {
		e, err := Parse("e.txtar", []byte("expect: agree\n\n-- air --\nfn @f() void {\n  %0 = ret(<void, {}>)\n}\n"))
		if err != nil {
			t.Fatal(err)
		}
		e.Options = options
		e.Rename("e")
		path, written, err := Write(folder, e)
		if err != nil || !written || slices.Contains(paths, path) {
			t.Errorf("options %q: %s, %v, %v", options, path, written, err)
		}
		paths = append(paths, path)
	}
}
