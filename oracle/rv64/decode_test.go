package rv64

import (
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	foreign "github.com/rvfuzz/rvfuzz/oracle/decode"
)

// vectorSegments is the number of segments, which is not part of our names:
// vlseg2e8.v is vle8.v with two fields, vluxseg2ei8.v vluxei8.v.
var vectorSegments = regexp.MustCompile(`seg[2-8](e)`)

// sameInstruction compares with the foreign decoder's answer, and gives what
// differs.
func sameInstruction(ours Instruction, theirs foreign.Decoded) string {
	name, _, _ := strings.Cut(theirs.Mnemonic, ".aq")
	name = strings.TrimSuffix(name, ".rl")
	if strings.HasPrefix(ours.Name, "v") { // its fields stand where they always do
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
		theirs foreign.Reg
		name   string
	}{{ours.Rd, theirs.Rd, "rd"}, {ours.Rs1, theirs.Rs1, "rs1"}, {ours.Rs2, theirs.Rs2, "rs2"}, {ours.Rs3, theirs.Rs3, "rs3"}} {
		want := int(pair.theirs)
		if pair.theirs == foreign.NoReg {
			want = NoRegister
		}
		if pair.ours != want {
			return pair.name
		}
	}
	return sameConstant(ours, theirs)
}

func sameConstant(ours Instruction, theirs foreign.Decoded) string {
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

// compareDecoders asks both about a word and gives a complaint, or whether the
// foreign decoder could judge at all.
func compareDecoders(judge *foreign.Decoder, word uint32) (complaint string, judged bool) {
	ours, ok := Disassemble(word)
	theirs, err := judge.Decode(word)
	var limit *foreign.LimitError
	switch {
	case errors.As(err, &limit):
		return "", false
	case err != nil && ok:
		if !foreign.Knows(ours.Name) || isNewCompressed(word) {
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

// isNewCompressed says that a word is of Zcb or Zcmop, which riscv64asm does
// not have.
func isNewCompressed(word uint32) bool {
	switch {
	case word&0xf8ff == 0x6081, word&0xe003 == 0x8000:
		return true
	}
	return word&0xfc03 == 0x9c01 && word>>6&1 == 1
}

// All 16-bit words mean to the machine what they mean to riscv64asm.
func TestCompressedWords(t *testing.T) {
	judge := foreign.New()
	legal, unjudged := 0, 0
	for word := range uint32(1 << 16) {
		if word&3 == 3 {
			continue
		}
		if _, ok := Disassemble(word); ok {
			legal++
		}
		complaint, judged := compareDecoders(judge, word)
		if !judged {
			unjudged++
		}
		if complaint != "" {
			ours, _ := Disassemble(word)
			t.Errorf("%#04x: %+v: %s", word, ours, complaint)
		}
	}
	// 46743 of Zca and Zcd, 1008 of Zcb and 8 of Zcmop; the foreign decoder
	// cannot judge the latter two and some hints.
	if legal != 46743+1008+8 || unjudged != 1008+8+hintsUnjudged {
		t.Errorf("%d legal words, %d not judged", legal, unjudged)
	}
}

// hintsUnjudged are the compressed hints that riscv64asm rejects or misreads.
const hintsUnjudged = 331 + 64

// machineLacks says that an instruction of riscv64asm is not one of the
// machine: vector cryptography, quad precision and privileged ones.
func machineLacks(name string) bool {
	for _, prefix := range []string{"vaes", "vsha", "vsm3", "vsm4", "vghsh", "vgmul"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return strings.HasSuffix(name, ".q") && !strings.HasPrefix(name, "amocas") ||
		strings.Contains(name, ".q.") || name == "flq" || name == "fsq"
}

// Random 32-bit words, and words one bit away from legal ones, mean the same to
// both.
func TestRandomWords(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	judge := foreign.New()
	judgedWords := 0
	for range 60_000 {
		word := random.Uint32() | 3
		if random.IntN(2) == 0 {
			word &^= 0x38000000 // many operations have few bits set at the top
		}
		complaint, judged := compareDecoders(judge, word)
		if judged {
			judgedWords++
		}
		if name, only := strings.CutPrefix(complaint, "only riscv64asm knows it: "); only && (machineLacks(name) || foreign.Lenient(word) != "") {
			continue
		}
		if complaint != "" {
			ours, _ := Disassemble(word)
			t.Errorf("%#08x: %+v: %s", word, ours, complaint)
		}
	}
	if judgedWords < 40_000 {
		t.Errorf("only %d words were judged", judgedWords)
	}
}
