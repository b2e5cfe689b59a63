package words_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
)

func TestMatrix(t *testing.T) {
	var foreign []*words.Tool
	want := []int{704}
	if f, err := words.LLVM(); err != nil {
		t.Log("without ", err)
	} else {
		foreign, want = append(foreign, f), append(want, 818, 818)
	}
	if f, err := words.GNU(); err != nil {
		t.Log("without ", err)
	} else {
		foreign, want = append(foreign, f), append(want, 734, 734)
	}
	m, err := words.NewMatrix(context.Background(), foreign, func(row isa.Row) []uint32 { return words.Sample(row, 20) })
	if err != nil {
		t.Fatal(err)
	}
	for k, name := range m.Oracles {
		n, faults := m.Compared(k)
		t.Logf("%s: %d instructions, %d faults", name, n, faults)
		if n != want[k] {
			t.Errorf("%s judged %d instructions, want %d", name, n, want[k])
		}
		shown := 0
		for i := range m.Rows {
			if c := m.Cells[i][k]; c.Mismatches > 0 && shown < 40 {
				shown++
				t.Errorf("%s: %s: %s: %s", name, m.Rows[i].Mnemonic, c, c.First)
			}
		}
	}
	checkUnjudged(t, m, len(foreign))
}

// unjudged are the instructions that no other tool knows; the tests of package isa have their words, worked out by hand.
const unjudged = "fli.q fmaxm.q fminm.q fleq.q fltq.q fmvh.x.q fmvp.q.x fround.q froundnx.q mnret sctrclr"

// checkUnjudged makes sure that, with all tools there, every other instruction has a judge.
func checkUnjudged(t *testing.T, m *words.Matrix, tools int) {
	if tools < 2 {
		t.Log("not all judges are installed")
		return
	}
	for i, row := range m.Rows {
		words := 0
		for _, c := range m.Cells[i] {
			words += c.Words - c.Listed
		}
		if listed := slices.Contains(strings.Fields(unjudged), row.Mnemonic); (words == 0) != listed {
			t.Errorf("%s: %d words were judged, listed as unjudged: %v", row.Mnemonic, words, listed)
		}
	}
}
