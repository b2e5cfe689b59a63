package words_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
)

func TestWordAt(t *testing.T) {
	seen := make(map[uint32]bool)
	for n := range uint64(3 << 14) {
		w := words.WordAt(n)
		if w&3 == 3 || w >= 1<<16 || seen[w] {
			t.Fatalf("word %d is %#x", n, w)
		}
		seen[w] = true
	}
	for n, want := range map[uint64]uint32{3 << 14: 3, 3<<14 + 1: 7, words.NumWords - 1: 0xffffffff} {
		if w := words.WordAt(n); w != want {
			t.Errorf("word %d is %#x, want %#x", n, w, want)
		}
	}
}

func TestShardsCoverAllWords(t *testing.T) {
	for _, shards := range []int{1, 2, 3, 7, 1000} {
		var next uint64
		for shard := range shards {
			s, err := words.NewState(shard, shards)
			if err != nil || s.Next != next {
				t.Fatalf("shard %d of %d starts at %d, %v; want %d", shard, shards, s.Next, err, next)
			}
			next = s.End
		}
		if next != words.NumWords {
			t.Errorf("%d shards end at %d, want %d", shards, next, uint64(words.NumWords))
		}
	}
	for _, bad := range [][2]int{{0, 0}, {-1, 2}, {2, 2}} {
		if _, err := words.NewState(bad[0], bad[1]); err == nil {
			t.Errorf("shard %d of %d is accepted", bad[0], bad[1])
		}
	}
}

// TestStopAndResume checks that a shard that is stopped and loaded from its checkpoint ends like one that is not.
func TestStopAndResume(t *testing.T) {
	const shards = 1 << 18 // about 4000 words each
	path := filepath.Join(t.TempDir(), "state.json")
	whole, _ := words.NewState(3, shards)
	if err := whole.Run(context.Background(), 1<<20, func(*words.State) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if !whole.Done() || whole.Total != 0 || whole.Counts[words.Differ] != 0 {
		t.Errorf("the walk found mismatches:\n%s", whole.Report())
	}
	part, _ := words.NewState(3, shards)
	stop := errors.New("stopped")
	err := part.Run(context.Background(), 1000, func(s *words.State) error {
		if err := s.Save(path); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) || part.Done() {
		t.Fatalf("Run: %v, done %v", err, part.Done())
	}
	resumed, err := words.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := resumed.Run(context.Background(), 1000, func(s *words.State) error { return s.Save(path) }); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(resumed, whole) {
		t.Errorf("resumed\n%s\nwhole\n%s", resumed.Report(), whole.Report())
	}
	if !strings.Contains(whole.Report(), "DIFFER") {
		t.Errorf("the report has no line for mismatches:\n%s", whole.Report())
	}
}

func TestRunStopsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s, _ := words.NewState(0, 1)
	if err := s.Run(ctx, 1<<30, func(*words.State) error { return nil }); !errors.Is(err, context.Canceled) || s.Done() {
		t.Errorf("Run: %v, done %v", err, s.Done())
	}
}

func TestMerge(t *testing.T) {
	const n, m = 5, 3 // shards of a shard
	for whole := range n {
		var parts []*words.State
		for part := range m {
			s, err := words.NewState(whole*m+part, n*m)
			if err != nil {
				t.Fatal(err)
			}
			s.Next += 10
			s.Counts[words.Same] = uint64(part + 1)
			s.Total, s.Mismatches = 1, []string{"mismatch"}
			parts = append(parts, s)
		}
		want, _ := words.NewState(whole, n)
		want.Next += 10 * m
		want.Counts[words.Same] = 1 + 2 + 3
		want.Total, want.Mismatches = m, []string{"mismatch", "mismatch", "mismatch"}
		got, err := words.Merge(parts)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Merge: %+v, %v, want %+v", got, err, want)
		}
		for _, bad := range [][]*words.State{nil, parts[:2], {parts[1], parts[0], parts[2]}, {parts[1], parts[2], parts[2]}} {
			if sum, err := words.Merge(bad); err == nil {
				t.Errorf("%d shards in disorder are merged to %+v", len(bad), sum)
			}
		}
	}
}

func TestLoadRefusesNonsense(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	for _, text := range []string{"", "{}", `{"Shards":2,"Shard":5}`, `{"Shards":1,"Next":5,"End":7}`} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := words.Load(path); err == nil {
			t.Errorf("%q is loaded", text)
		}
	}
}
