package words_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// TestCompressedWords compares the decoders on every 16-bit word. Of the 46743 words that are legal in Zca and Zcd the
// other decoder takes 46349, its known faults are 394 and the all-zero word, and Zcb and Zcmop are beyond it.
func TestCompressedWords(t *testing.T) {
	j := decode.New()
	var n [words.NumBuckets]int
	for w := uint32(0); w < 1<<16; w++ {
		if w&3 == 3 {
			continue
		}
		b, err := words.Compare(j, w)
		if n[b]++; err != nil && n[words.Differ] <= 10 {
			t.Error(err)
		}
	}
	want := [words.NumBuckets]int{words.Same: 46349, words.Limit: 394 + 1, words.BothReject: 1392, words.Beyond: 1016}
	if n != want {
		t.Errorf("buckets %v, want %v", n, want)
	}
}

func TestRandomWords(t *testing.T) {
	j := decode.New()
	rng := rand.New(rand.NewPCG(1, 2))
	faults := 0
	for range 60_000 {
		if _, err := words.Compare(j, rng.Uint32()|3); err != nil && faults < 10 {
			faults++
			t.Error(err)
		}
	}
}

func TestWordRemembers(t *testing.T) {
	j := decode.New()
	const addi = 0x01010513
	if err := words.Check(j, addi); err != nil || !j.Agreed(addi) {
		t.Errorf("Word: %v, remembered %v", err, j.Agreed(addi))
	}
	if err := words.CheckEmitted(j, addi); err != nil {
		t.Errorf("Emitted: %v", err)
	}
	var reserved *isa.ReservedError
	if err := words.CheckEmitted(j, 0x00c5d553); !errors.As(err, &reserved) {
		t.Errorf("Emitted of fadd.s with rounding mode 5: %v, want a ReservedError", err)
	}
	if err := words.Check(j, 0x00c5d553); err != nil {
		t.Errorf("Word of fadd.s with rounding mode 5: %v", err)
	}
}

// TestCompareSeesPlantedFaults makes sure that the comparison can fail: an answer for one word is compared with another.
func TestCompareSeesPlantedFaults(t *testing.T) {
	for _, pair := range [][2]uint32{
		{0x01010513, 0x01010593}, // rd
		{0x01010513, 0x01018513}, // rs1
		{0x01010513, 0x02010513}, // immediate
		{0x01010513, 0x01011513}, // mnemonic
		{0x00c5f553, 0x00c58553}, // rounding mode
		{0x00359573, 0x00259573}, // csr
		{0x002180d7, 0x022180d7}, // mask
		{0x6ac5f54f, 0x72c5f54f}, // rs3
		{0x0505, 0x00150513},     // length
	} {
		if err := words.Pair(decode.New(), pair[0], pair[1]); err == nil {
			t.Errorf("%#x passes for %#x", pair[1], pair[0])
		}
		if err := words.Pair(decode.New(), pair[0], pair[0]); err != nil {
			t.Errorf("%#x does not pass for itself: %v", pair[0], err)
		}
	}
}

func BenchmarkWordRemembered(b *testing.B) {
	j := decode.New()
	for b.Loop() {
		if err := words.Check(j, 0x01010513); err != nil {
			b.Fatal(err)
		}
	}
}
