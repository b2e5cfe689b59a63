package source

import (
	"testing"
)

// TestRecordingReplays checks that a recording read back is the same choices.
func TestRecordingReplays(t *testing.T) {
	first := New(Case(1, 2, 3))
	first.Record()
	want := ask(first)
	got := ask(FromBytes(first.Recorded()))
	if got != want {
		t.Errorf("replayed choices are %v, want %v", got, want)
	}
}

func ask(s *Source) (answers [9]uint64) {
	answers[0] = s.Uint64()
	answers[1] = uint64(s.Intn(7))
	answers[2] = uint64(s.Intn(1000))
	answers[3] = uint64(s.Intn(1 << 40))
	answers[4] = s.Boundary(33)
	answers[5] = uint64(s.Weighted([]int{1, 0, 5}))
	answers[6] = s.Mask(20, 1, 2)
	answers[7] = uint64(s.Between(5, 9))
	if s.Chance(1, 3) || s.Bool() {
		answers[8] = 1
	}
	return answers
}

// TestExhaustedGivesSmallest checks that every draw after the last byte is the first alternative.
func TestExhaustedGivesSmallest(t *testing.T) {
	s := FromBytes(nil)
	if got := ask(s); got != [9]uint64{7: 5} {
		t.Errorf("an empty stream answers %v", got)
	}
}

// TestRanges checks that every alternative is drawn, and nothing beyond them.
func TestRanges(t *testing.T) {
	s := New(1)
	for _, n := range []int{1, 2, 3, 255, 256, 257} {
		seen := make([]bool, n)
		for range 64 * n {
			seen[s.Intn(n)] = true
		}
		for i, ok := range seen {
			if !ok {
				t.Errorf("Intn(%d) never gave %d", n, i)
			}
		}
	}
	for range 1000 {
		if v := s.Intn(1 << 33); v < 0 || v >= 1<<33 {
			t.Fatalf("Intn(1<<33) gave %d", v)
		}
	}
}

func TestWeightedSkipsZero(t *testing.T) {
	s := New(2)
	for range 1000 {
		if s.Weighted([]int{0, 3, 0, 1})%2 == 0 {
			t.Fatal("an alternative of weight 0 was chosen")
		}
	}
}

func TestBoundaryStaysInWidth(t *testing.T) {
	s := New(3)
	for width := 1; width <= 64; width++ {
		var extremes [2]bool
		for range 4000 {
			v := s.Boundary(width)
			if width < 64 && v>>width != 0 {
				t.Fatalf("Boundary(%d) gave %#x", width, v)
			}
			extremes[0] = extremes[0] || v == 1<<(width-1)
			extremes[1] = extremes[1] || v == 1<<(width-1)-1
		}
		if extremes != [2]bool{true, true} {
			t.Errorf("Boundary(%d) never gave the smallest or largest signed number", width)
		}
	}
}

// TestSeedTree checks that different cases have different seeds, and that a case is a leaf of the tree.
func TestSeedTree(t *testing.T) {
	seen := map[uint64]bool{}
	for campaign := range uint64(3) {
		for shard := range uint64(3) {
			for number := range uint64(50) {
				seen[Case(campaign, shard, number)] = true
			}
		}
	}
	if len(seen) != 3*3*50 {
		t.Errorf("%d different seeds of %d cases", len(seen), 3*3*50)
	}
	if got, want := Case(1, 2, 3), Child(Child(1, 2), 3); got != want {
		t.Errorf("a case's seed is %#x, its place in the tree says %#x", got, want)
	}
}

func TestNoAllocation(t *testing.T) {
	s := New(4)
	if n := testing.AllocsPerRun(100, func() { s.Boundary(64); s.Intn(300); s.Reset(5) }); n != 0 {
		t.Errorf("%v allocations per draw, want 0", n)
	}
}
