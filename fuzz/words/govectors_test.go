package words_test

import (
	"encoding/binary"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/fuzz/words"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// goOutput returns the output of the go command, which has the location of Go's own test data.
func goOutput(t *testing.T, args ...string) string {
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		t.Skipf("go %s: %v", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out))
}

func readLines(t *testing.T, path string) []string {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("no test data of Go: %v", err)
	}
	return strings.Split(string(data), "\n")
}

// TestGoDisassemblerVectors checks the words and texts of riscv64asm's own tests: the text must parse and encode to the word.
func TestGoDisassemblerVectors(t *testing.T) {
	dir := goOutput(t, "list", "-m", "-f", "{{.Dir}}", "golang.org/x/arch")
	n := 0
	for _, line := range readLines(t, filepath.Join(dir, "riscv64", "riscv64asm", "testdata", "gnucases.txt")) {
		code, text, ok := strings.Cut(line, "|")
		text = strings.TrimSpace(text)
		if !ok || text == "" {
			continue
		}
		if _, ok := goExceptions[text]; ok || text == "illegalins" {
			continue
		}
		word := wordOf(t, strings.TrimSpace(code))
		in, err := isa.Parse(text)
		if err != nil {
			t.Errorf("%s: %q: %v", code, text, err)
			continue
		}
		if word&3 != 3 {
			if short, ok := isa.Compress(in, isa.RVC|isa.Zcb); ok {
				in = short
			}
		}
		if got, err := isa.Encode(in); err != nil || got != word {
			t.Errorf("%q is %#x, %v; want %#x", text, got, err, word)
		}
		n++
	}
	if n < 1600 {
		t.Errorf("only %d vectors were found", n)
	}
}

// goExceptions are texts of riscv64asm that are ambiguous, or not of RV64, with the reason.
var goExceptions = map[string]string{
	"csrsi timeh,8":      "timeh is a register of RV32",
	"csrwi timeh,12":     "timeh is a register of RV32",
	"fence":              "both for a fence of all and for one of nothing",
	"addi x2,x2,16":      "both for c.addi16sp and for the shorter c.addi",
	"unimp":              "both for the all-zero word and for c0001073",
	"vaeskf2.vi v3,v2,1": "a round that the cipher does not have",
}

func wordOf(t *testing.T, digits string) uint32 {
	code, err := hex.DecodeString(digits)
	if err != nil || len(code) != 2 && len(code) != 4 {
		t.Fatalf("%q is not the code of an instruction", digits)
	}
	if len(code) == 2 {
		return uint32(binary.LittleEndian.Uint16(code))
	}
	return binary.LittleEndian.Uint32(code)
}

var goEncoding = regexp.MustCompile(`//\s*([0-9a-f]{4,}(?: or [0-9a-f]{4,})*)\s*$`)

// TestGoAssemblerVectors checks the code that Go's assembler must make in its own tests: every word must be an instruction,
// encode to itself, and decode alike by riscv64asm.
func TestGoAssemblerVectors(t *testing.T) {
	path := filepath.Join(goOutput(t, "env", "GOROOT"), "src", "cmd", "asm", "internal", "asm", "testdata", "riscv64.s")
	d := decode.New()
	total, ops := 0, make(map[isa.Op]bool)
	for _, line := range readLines(t, path) {
		m := goEncoding.FindStringSubmatch(line)
		if m == nil || strings.Contains(line, "WORD") || strings.Contains(line, "BYTE") {
			continue // data, or not a vector
		}
		for _, digits := range strings.Split(m[1], " or ") {
			code, err := hex.DecodeString(digits)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			for len(code) > 0 {
				word, size := nextWord(t, code)
				code = code[size:]
				total++
				in, err := isa.Decode(word)
				if err != nil {
					t.Errorf("%s: %v", line, err)
					continue
				}
				ops[in.Op] = true
				if back, err := isa.Encode(in); err != nil || back != word {
					t.Errorf("%s: %#x is %s, which encodes to %#x, %v", line, word, in, back, err)
				}
				if err := words.Check(d, word); err != nil {
					t.Errorf("%s: %v", line, err)
				}
			}
		}
	}
	if total < 1900 || len(ops) < 550 {
		t.Errorf("only %d words of %d instructions were found", total, len(ops))
	}
	t.Logf("%d words of %d instructions", total, len(ops))
}

func nextWord(t *testing.T, code []byte) (word uint32, size int) {
	if len(code) < 2 {
		t.Fatalf("code ends within an instruction: % x", code)
	}
	if code[0]&3 != 3 {
		return uint32(binary.LittleEndian.Uint16(code)), 2
	}
	if len(code) < 4 {
		t.Fatalf("code ends within an instruction: % x", code)
	}
	return binary.LittleEndian.Uint32(code), 4
}
