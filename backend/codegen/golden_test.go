package codegen_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/mir"
)

var update = flag.Bool("update", false, "rewrite the expected MIR in testdata")

// TestGolden compares the MIR of the functions in testdata with the expected MIR.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { golden(t, file) })
	}
}

func golden(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil || len(archive.Files) != 2 {
		t.Fatalf("%s: not an AIR and a MIR file: %v", file, err)
	}
	m, err := air.Parse(file, archive.Files[0].Data)
	if err != nil {
		t.Fatal(err)
	}
	if err := air.Verify(m); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	g := codegen.NewGenerator()
	for _, f := range m.Funcs {
		if f.Extern {
			continue
		}
		fn, err := generate(g, f, m, codegen.Options{Verify: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := mir.Verify(fn); err != nil {
			t.Fatal(err)
		}
		got.WriteString(fn.String())
	}
	if *update {
		archive.Files[1].Data = []byte(got.String())
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(archive.Files[1].Data), got.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// TestDeterministic translates a function with a new generator and with a used one.
func TestDeterministic(t *testing.T) {
	x := newBench(t)
	f := x.benchFunc(x.weighted("leaf", air.U64, air.U64))
	used := codegen.NewGenerator()
	var texts []string
	for _, g := range []*codegen.Generator{used, used, codegen.NewGenerator()} {
		fn, err := generate(g, f, x.m, codegen.Options{Locations: true})
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, fn.String())
	}
	if texts[0] != texts[1] || texts[0] != texts[2] {
		t.Errorf("the same function gives different code:\n%s\n%s\n%s", texts[0], texts[1], texts[2])
	}
}

// TestUnsupported checks that the error names the instruction and the type or constraint.
func TestUnsupported(t *testing.T) {
	for text, want := range map[string]string{
		"fn @f(*u128) u128 {\n  %0 = arg(*u128, 0)\n  %1 = atomic_load(u128, %0, seq_cst)\n  %2 = ret(%1)\n}\n":                                                         "func @f, %1: atomic_load: u128 is not supported",
		"fn @f(f16) void {\n  %0 = arg(f16, 0)\n  %1 = assembly(void, volatile \"\", outputs [], inputs [in \"{fa0}\" = %0], clobbers [])\n  %2 = ret(<void, {}>)\n}\n": "func @f, %1: assembly: the input constraint \"{fa0}\" for f16 is not supported",
		"fn @f() void {\n  %0 = assembly(void, volatile \"\", outputs [], inputs [in0 \"r\" = <u64, 1000000>, in1 \"r\" = <u64, 1000001>, in2 \"r\" = <u64, 1000002>, in3 \"r\" = <u64, 1000003>, in4 \"r\" = <u64, 1000004>, in5 \"r\" = <u64, 1000005>, in6 \"r\" = <u64, 1000006>, in7 \"r\" = <u64, 1000007>, in8 \"r\" = <u64, 1000008>, in9 \"r\" = <u64, 1000009>, in10 \"r\" = <u64, 1000010>, in11 \"r\" = <u64, 1000011>, in12 \"r\" = <u64, 1000012>, in13 \"r\" = <u64, 1000013>, in14 \"r\" = <u64, 1000014>, in15 \"r\" = <u64, 1000015>, in16 \"r\" = <u64, 1000016>, in17 \"r\" = <u64, 1000017>, in18 \"r\" = <u64, 1000018>, in19 \"r\" = <u64, 1000019>, in20 \"r\" = <u64, 1000020>, in21 \"r\" = <u64, 1000021>, in22 \"r\" = <u64, 1000022>, in23 \"r\" = <u64, 1000023>, in24 \"r\" = <u64, 1000024>, in25 \"r\" = <u64, 1000025>, in26 \"r\" = <u64, 1000026>, in27 \"r\" = <u64, 1000027>, in28 \"r\" = <u64, 1000028>, in29 \"r\" = <u64, 1000029>, in30 \"r\" = <u64, 1000030>, in31 \"r\" = <u64, 1000031>, in32 \"r\" = <u64, 1000032>, in33 \"r\" = <u64, 1000033>, in34 \"r\" = <u64, 1000034>, in35 \"r\" = <u64, 1000035>, in36 \"r\" = <u64, 1000036>, in37 \"r\" = <u64, 1000037>, in38 \"r\" = <u64, 1000038>, in39 \"r\" = <u64, 1000039>], clobbers [])\n  %1 = ret(<void, {}>)\n}\n": "func @f, %0: assembly: assembly with more operands than there are registers is not supported",
		"fn @f() f32 {\n  %0 = assembly(f32, volatile \"\", outputs [out \"={a0}\"], inputs [], clobbers [])\n  %1 = ret(%0)\n}\n": "func @f, %0: assembly: the output constraint \"={a0}\" for f32 is not supported",
	} {
		m, err := air.Parse("f.air", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = generate(codegen.NewGenerator(), m.Funcs[0], m, codegen.Options{Verify: true}); err == nil || err.Error() != want {
			t.Errorf("the error is %v, expected %q", err, want)
		}
	}
}
