package isa_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/isa"
)

// newRow is an instruction of nobody's, in an opcode that the manual leaves to custom extensions.
const newRow = "\t{Name: \"one.more\", Ext: \"Xone\", Sec: \"X: One\", Form: FormR, Op: 0x0b, F3: 0b011, F7: 0b0000101},\n"

// newRowProgram does with the instruction everything that the package does with one.
const newRowProgram = `package main

import (
	"fmt"

	"github.com/rvfuzz/rvfuzz/isa"
)

func main() {
	in, err := isa.Parse("one.more a0,a1,a2")
	fmt.Println(in == isa.Inst{Op: isa.ONE_MORE, Rd: isa.A0, Rs1: isa.A1, Rs2: isa.A2}, err)
	word, err := isa.Encode(in)
	fmt.Printf("%08x %v\n", word, err)
	back, err := isa.Decode(word)
	fmt.Println(back, back == in, err)
	_, err = isa.Encode(isa.Inst{Op: isa.ONE_MORE, Rd: isa.FA0})
	fmt.Println(err)
	fmt.Println(isa.NumOps, in.Op.Row().Ext, in.Op.Row().Section, in.Op.Row().Format)
}
`

const newRowOutput = `true <nil>
0ac5b50b <nil>
one.more a0,a1,a2 true <nil>
isa: one.more: rd is fa0, not an integer register
%d Xone X: One R
`

// TestOneRowAddsAnInstruction adds a row to a copy of the table, runs go generate, and has a new instruction: encoder,
// decoder, parser, printer and checks need no other change.
func TestOneRowAddsAnInstruction(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it builds a copy of the package, which takes seconds")
	}
	root := t.TempDir()
	copySources(t, ".", filepath.Join(root, "isa"))
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module github.com/rvfuzz/rvfuzz\n\ngo 1.26\n")
	write("main.go", newRowProgram)
	base := filepath.Join("isa", "internal", "table", "base.go")
	old, err := os.ReadFile(filepath.Join(root, base))
	if err != nil {
		t.Fatal(err)
	}
	head, tail, ok := strings.Cut(string(old), "\t{Name: \"addi\"")
	if !ok {
		t.Fatal("the table has no row of addi")
	}
	write(base, head+newRow+"\t{Name: \"addi\""+tail)
	runGo(t, filepath.Join(root, "isa"), "generate")
	want := fmt.Sprintf(newRowOutput, isa.NumOps+1)
	if got := runGo(t, root, "run", "."); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// copySources copies the Go files of a folder and of those below it, without tests.
func copySources(t *testing.T, from, to string) {
	err := filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, path)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func runGo(t *testing.T, dir string, args ...string) string {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
