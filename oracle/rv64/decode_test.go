package rv64

import (
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	thirdparty "github.com/rvfuzz/rvfuzz/oracle/decode"
)

// vectorSegments is the number of segments, which is not part of the names here: vlseg2e8.v is vle8.v with two fields,
// vluxseg2ei8.v vluxei8.v.
var vectorSegments = regexp.MustCompile(`seg[2-8](e)`)

// sameInstruction compares an instruction with what the third-party decoder returns, and returns the mismatch.
func sameInstruction(ours Instruction, theirs thirdparty.Decoded) string {
	name, _, _ := strings.Cut(theirs.Mnemonic, ".aq")
	name = strings.TrimSuffix(name, ".rl")
	if strings.HasPrefix(ours.Name, "v") { // its fields are where they always are
		if plain := vectorSegments.ReplaceAllString(name, "$1"); plain != ours.Name {
			return "name " + plain
		}
		return ""
	}
	switch {
	case ours.Name != name:
		return "name " + name
	case ours.Len != theirs.Len:
		return "length"
	}
	for _, pair := range []struct {
		ours   int
		theirs thirdparty.Reg
		name   string
	}{{ours.Rd, theirs.Rd, "rd"}, {ours.Rs1, theirs.Rs1, "rs1"}, {ours.Rs2, theirs.Rs2, "rs2"}, {ours.Rs3, theirs.Rs3, "rs3"}} {
		want := int(pair.theirs)
		if pair.theirs == thirdparty.NoReg {
			want = NoRegister
		}
		if pair.ours != want {
			return pair.name
		}
	}
	return sameConstant(ours, theirs)
}

func sameConstant(ours Instruction, theirs thirdparty.Decoded) string {
	want := theirs.Imm
	switch {
	case ours.Name == "lui" || ours.Name == "auipc":
		want = int64(int32(want << 12))
	case strings.HasPrefix(ours.Name, "csr"):
		want = int64(theirs.CSR)
	case !theirs.HasImm || strings.HasPrefix(ours.Name, "fence"):
		return ""
	}
	if ours.Imm != want {
		return "constant"
	}
	return ""
}

// compareDecoders compares the two decoders on a word. It returns the mismatch, and whether the third-party decoder
// knows the word.
func compareDecoders(word uint32) (mismatch string, compared bool) {
	ours, ok := Disassemble(word)
	theirs, err := thirdparty.Word(word)
	var limit *thirdparty.LimitError
	switch {
	case errors.As(err, &limit):
		return "", false
	case err != nil && ok:
		if !thirdparty.Knows(ours.Name) || isNewCompressed(word) {
			return "", false
		}
		return "only rv64 knows it", true
	case err != nil:
		return "", true
	case !ok:
		return "only riscv64asm knows it: " + theirs.Mnemonic, true
	}
	return sameInstruction(ours, theirs), true
}

// isNewCompressed reports whether a word is of Zcb or Zcmop, which riscv64asm lacks.
func isNewCompressed(word uint32) bool {
	switch {
	case word&0xf8ff == 0x6081, word&0xe003 == 0x8000:
		return true
	}
	return word&0xfc03 == 0x9c01 && word>>6&1 == 1
}

// All 16-bit words decode as in riscv64asm.
func TestCompressedWords(t *testing.T) {
	legal, notCompared := 0, 0
	for word := range uint32(1 << 16) {
		if word&3 == 3 {
			continue
		}
		if _, ok := Disassemble(word); ok {
			legal++
		}
		mismatch, compared := compareDecoders(word)
		if !compared {
			notCompared++
		}
		if mismatch != "" {
			ours, _ := Disassemble(word)
			t.Errorf("%#04x: %+v: %s", word, ours, mismatch)
		}
	}
	// 46743 of Zca and Zcd, 1008 of Zcb and 8 of Zcmop; the third-party decoder lacks the latter two and some hints.
	if legal != 46743+1008+8 || notCompared != 1008+8+hintsNotCompared {
		t.Errorf("%d legal words, %d not compared", legal, notCompared)
	}
}

// hintsNotCompared are the compressed hints that riscv64asm rejects or misreads.
const hintsNotCompared = 331 + 64

// machineLacks reports whether the machine lacks an instruction of riscv64asm: vector cryptography, quad precision and
// privileged ones.
func machineLacks(name string) bool {
	for _, prefix := range []string{"vaes", "vsha", "vsm3", "vsm4", "vghsh", "vgmul"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return strings.HasSuffix(name, ".q") && !strings.HasPrefix(name, "amocas") ||
		strings.Contains(name, ".q.") || name == "flq" || name == "fsq"
}

// Random 32-bit words, and words one bit away from legal ones, decode alike.
func TestRandomWords(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	comparedWords := 0
	for range 60_000 {
		word := random.Uint32() | 3
		if random.IntN(2) == 0 {
			word &^= 0x38000000 // many operations have few bits set at the top
		}
		mismatch, compared := compareDecoders(word)
		if compared {
			comparedWords++
		}
		if name, only := strings.CutPrefix(mismatch, "only riscv64asm knows it: "); only && (machineLacks(name) || thirdparty.Lenient(word) != "") {
			continue
		}
		if mismatch != "" {
			ours, _ := Disassemble(word)
			t.Errorf("%#08x: %+v: %s", word, ours, mismatch)
		}
	}
	if comparedWords < 40_000 {
		t.Errorf("only %d words were compared", comparedWords)
	}
}
