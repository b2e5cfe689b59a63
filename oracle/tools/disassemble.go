package tools

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Line is one instruction of a disassembly. Text is empty where the
// disassembler knows none.
type Line struct {
	Offset int
	Len    int
	Text   string
}

// Disassembler turns machine code into text.
type Disassembler struct {
	Name string
	path string
	read func(ctx context.Context, path string, code []byte) ([]Line, error)
}

// LLVM gives llvm-mc as a disassembler, the newest that is installed.
func LLVM() (*Disassembler, error) {
	path, err := find("llvm-mc-19", "llvm-mc-20", "llvm-mc")
	if err != nil {
		return nil, err
	}
	return &Disassembler{Name: "llvm-mc", path: path, read: readLLVM}, nil
}

// Objdump gives the one of the GNU tools.
func Objdump() (*Disassembler, error) {
	path, err := find("riscv64-linux-gnu-objdump", "riscv64-unknown-elf-objdump")
	if err != nil {
		return nil, err
	}
	return &Disassembler{Name: "objdump", path: path, read: readObjdump}, nil
}

// Disassemble gives the instructions of code, which begins with one. Text has
// no pseudo instructions, one space after the mnemonic and none after commas.
func (d *Disassembler) Disassemble(ctx context.Context, code []byte) ([]Line, error) {
	lines, err := d.read(ctx, d.path, code)
	if err != nil {
		return nil, fmt.Errorf("tools: %s: %w", d.Name, err)
	}
	for i := range lines {
		lines[i].Text = tidy(lines[i].Text)
	}
	return lines, nil
}

// tidy makes the spacing of all tools alike and drops comments.
func tidy(text string) string {
	text, _, _ = strings.Cut(text, "#")
	mnemonic, operands, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(text, "\t", " ")), " ")
	return strings.TrimSpace(mnemonic + " " + strings.ReplaceAll(strings.TrimSpace(operands), ", ", ","))
}

func output(ctx context.Context, input, path string, args ...string) (out, errs string, err error) {
	command := exec.CommandContext(ctx, path, args...)
	var stdout, stderr bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(input), &stdout, &stderr
	err = command.Run()
	return stdout.String(), stderr.String(), err
}

// words splits code at its instructions, whose lengths are in their low bits.
func words(code []byte) []Line {
	var lines []Line
	for at := 0; at < len(code); {
		length := 4
		if code[at]&3 != 3 {
			length = 2
		}
		length = min(length, len(code)-at)
		lines = append(lines, Line{Offset: at, Len: length})
		at += length
	}
	return lines
}

// llvmFeatures is everything that llvm-mc 19 has and that does not exclude
// something else.
const llvmFeatures = "+m,+a,+f,+d,+c,+v,+zba,+zbb,+zbc,+zbs,+zbkb,+zbkx,+zfh,+zfa,+zicond,+zicbom,+zicboz,+zimop,+zcmop," +
	"+zcb,+zawrs,+zabha,+experimental-zacas,+zknd,+zkne,+zknh,+zksed,+zksh,+zvbb,+zvbc,+zvkg,+zvkned,+zvknhb,+zvksed,+zvksh,+zvfh"

var llvmRejects = regexp.MustCompile(`(?m)^<stdin>:(\d+):\d+: warning`)

// readLLVM gives llvm-mc one instruction a line; it warns of those that it does
// not know and prints nothing for them.
func readLLVM(ctx context.Context, path string, code []byte) ([]Line, error) {
	lines := words(code)
	var source strings.Builder
	for _, line := range lines {
		for i, b := range code[line.Offset : line.Offset+line.Len] {
			fmt.Fprintf(&source, "%s%#02x", map[bool]string{true: "[", false: " "}[i == 0], b)
		}
		source.WriteString("]\n")
	}
	// The exit status also tells of rejected words, which the count below does
	// better.
	out, warnings, err := output(ctx, source.String(), path, "--disassemble", "-triple=riscv64", "-mattr="+llvmFeatures, "-M", "no-aliases")
	rejected := map[int]bool{}
	for _, found := range llvmRejects.FindAllStringSubmatch(warnings, -1) {
		number, _ := strconv.Atoi(found[1])
		rejected[number-1] = true
	}
	texts := strings.FieldsFunc(strings.Replace(out, "\t.text\n", "", 1), func(r rune) bool { return r == '\n' })
	if len(texts) != len(lines)-len(rejected) {
		return nil, fmt.Errorf("%d texts for %d instructions of which %d are rejected: %v %.200s", len(texts), len(lines), len(rejected), err, warnings)
	}
	for i := range lines {
		if rejected[i] {
			continue
		}
		lines[i].Text, texts = texts[0], texts[1:]
	}
	return lines, nil
}

var objdumpLine = regexp.MustCompile(`(?m)^\s*([0-9a-f]+):\t([0-9a-f]+)\s*\t(.*)$`)

func readObjdump(ctx context.Context, path string, code []byte) ([]Line, error) {
	dir, err := os.MkdirTemp("", "rvfuzz-tools")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "code")
	if err := os.WriteFile(file, code, 0o600); err != nil {
		return nil, err
	}
	out, errs, err := output(ctx, "", path, "-D", "-z", "-b", "binary", "-m", "riscv:rv64", "-M", "no-aliases", file)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, errs)
	}
	var lines []Line
	for _, found := range objdumpLine.FindAllStringSubmatch(out, -1) {
		offset, err := strconv.ParseUint(found[1], 16, 32)
		if err != nil {
			return nil, fmt.Errorf("line %q: %w", found[0], err)
		}
		line := Line{Offset: int(offset), Len: len(found[2]) / 2, Text: found[3]}
		if strings.HasPrefix(line.Text, ".") || strings.HasPrefix(line.Text, "0x") {
			line.Text = ""
		}
		lines = append(lines, line)
	}
	return lines, nil
}
