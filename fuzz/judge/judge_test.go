package judge_test

import (
	"math/rand/v2"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/judge"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

func TestCompressedWords(t *testing.T) {
	j := decode.New()
	var n [judge.NumBuckets]int
	bad := 0
	for w := uint32(0); w < 1<<16; w++ {
		if w&3 == 3 {
			continue
		}
		b, err := judge.Compare(j, w)
		n[b]++
		if err != nil && bad < 30 {
			bad++
			t.Error(err)
		}
	}
	t.Log(n)
}

func TestRandomWords(t *testing.T) {
	j := decode.New()
	var n [judge.NumBuckets]int
	rng := rand.New(rand.NewPCG(1, 2))
	bad := 0
	for range 300000 {
		w := rng.Uint32() | 3
		b, err := judge.Compare(j, w)
		n[b]++
		if err != nil && bad < 30 {
			bad++
			t.Error(err)
		}
	}
	t.Log(n)
}
