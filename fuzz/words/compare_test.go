package words_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// TestCompressedWords compares isa with riscv64asm on every 16-bit word. Of the 46743 words that are legal in Zca and Zcd
// it decodes 46349; 394 hints and the all-zero word are its known bugs. The others are no instruction, or not in its list.
func TestCompressedWords(t *testing.T) {
	var n [words.NumBuckets]int
	var mismatches shown
	for w := uint32(0); w < 1<<16; w++ {
		if w&3 == 3 {
			continue
		}
		b, err := words.Compare(w)
		n[b]++
		mismatches.show(t, err)
	}
	for bucket, want := range map[words.Bucket]int{words.Same: 46349, words.Limit: 394 + 1, words.Lenient: 0, words.Differ: 0} {
		if n[bucket] != want {
			t.Errorf("%s: %d words, want %d", bucket, n[bucket], want)
		}
	}
}

func TestRandomWords(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var mismatches shown
	for range 60_000 {
		_, err := words.Compare(rng.Uint32() | 3)
		mismatches.show(t, err)
	}
}

func TestCheckRemembers(t *testing.T) {
	d := decode.New()
	const addi = 0x01010513
	if err := words.Check(d, addi); err != nil {
		t.Errorf("Check: %v", err)
	}
	for _, known := range []uint16{0, uint16(isa.ADDI)} {
		if op, ok := d.Agreed(addi); !ok || op != known {
			t.Errorf("remembered %v as %d, want as %d", ok, op, known)
		}
		if op, err := words.CheckEmitted(d, addi); err != nil || op != isa.ADDI {
			t.Errorf("CheckEmitted: %v, %v", op, err)
		}
	}
	var reserved *isa.ReservedError
	if _, err := words.CheckEmitted(d, 0x00c5d553); !errors.As(err, &reserved) {
		t.Errorf("CheckEmitted of fadd.s with rounding mode 5: %v, want a ReservedError", err)
	}
	if err := words.Check(d, 0x00c5d553); err != nil {
		t.Errorf("Check of fadd.s with rounding mode 5: %v", err)
	}
}

// TestMismatches checks that the comparison can fail: what one oracle or the other makes of a word is compared with what
// isa makes of another. The error names the oracle and the field.
func TestMismatches(t *testing.T) {
	for _, c := range []struct {
		ours, theirs uint32
		what         string
		machine      bool // the machine's decoder shows the field, too
	}{
		{0x01010513, 0x01010593, "rd", true},
		{0x01010513, 0x01018513, "rs1", true},
		{0x00c58533, 0x00d58533, "rs2", true},
		{0x01010513, 0x02010513, "immediate", true},
		{0x01010513, 0x01011513, "mnemonic addi", true},
		{0x00c5f553, 0x00c58553, "rounding mode", false},
		{0x00359573, 0x00259573, "csr", false},
		{0x002180d7, 0x022180d7, "mask", false},
		{0x6ac5f54f, 0x72c5f54f, "rs3", true},
		{0x0505, 0x00150513, "length", true},
	} {
		for _, oracle := range []string{"riscv64asm", "oracle/rv64"} {
			if oracle == "oracle/rv64" && !c.machine {
				continue
			}
			var e *words.MismatchError
			if err := words.Pair(oracle, c.ours, c.theirs); !errors.As(err, &e) || e.What != c.what || e.Oracle != oracle {
				t.Errorf("%s: %#x passes for %#x: %v", oracle, c.theirs, c.ours, err)
			} else if !strings.Contains(err.Error(), ", "+oracle+" says ") {
				t.Errorf("%q does not say that %s differs", err, oracle)
			}
			if err := words.Pair(oracle, c.ours, c.ours); err != nil {
				t.Errorf("%s: %#x does not pass for itself: %v", oracle, c.ours, err)
			}
		}
	}
}

func BenchmarkCheckRemembered(b *testing.B) {
	d := decode.New()
	for b.Loop() {
		if err := words.Check(d, 0x01010513); err != nil {
			b.Fatal(err)
		}
	}
}
