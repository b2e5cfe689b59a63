package words

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/isa"
)

// TestKnownBugs checks that each known bug shows in its probe in exactly the versions of the tool that it is listed for.
func TestKnownBugs(t *testing.T) {
	var probes []isa.Inst
	for _, b := range knownBugs {
		in, err := isa.Parse(b.probe)
		if err != nil || !b.when(in) {
			t.Fatalf("%s: the bug is not about its probe %s: %v", b.Why, b.probe, err)
		}
		probes = append(probes, in)
	}
	found, missing := InstalledTools(t.Context())
	for _, err := range missing {
		t.Log(err)
	}
	for _, tool := range found {
		shows := wrongAnswers(t, tool, probes)
		for i, b := range knownBugs {
			if b.Tool == tool.Kind && (shows[i]&b.use != 0) != b.concerns(tool) {
				t.Errorf("%s has the bug: %v; %s, as %s shows", tool.Name(), !b.concerns(tool), b.Why, b.probe)
			}
		}
	}
}

// wrongAnswers returns the uses in which a tool has another answer than this project, for each instruction that it has.
func wrongAnswers(t *testing.T, tool *Tool, probes []isa.Inst) []use {
	wrong := make([]use, len(probes))
	var known []isa.Inst
	var at []int
	for i, in := range probes {
		if tool.Knows(in.Op) {
			known, at = append(known, in), append(at, i)
		}
	}
	code, err := codeOf(known)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := tool.Disassemble(t.Context(), known)
	if err != nil {
		t.Fatal(err)
	}
	back, err := tool.Assemble(t.Context(), known)
	if err != nil {
		t.Fatal(err)
	}
	for k, in := range known {
		if !SameText(in, texts[k]) {
			wrong[at[k]] |= disassembling
		}
		if !back[k].OK || back[k].Word != code[k] {
			wrong[at[k]] |= assembling
		}
	}
	return wrong
}
