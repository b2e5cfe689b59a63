package words

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// binutils is the assembler and the disassembler of GNU binutils.
type binutils struct{ as, objdump tools.Tool }

func newBinutils(ctx context.Context) (*Tool, error) {
	as, err := tools.Find(tools.As)
	if err != nil {
		return nil, err
	}
	objdump, err := tools.Find(tools.Objdump)
	if err != nil {
		return nil, err
	}
	name, err := versioned(ctx, "binutils", as)
	if err != nil {
		return nil, err
	}
	b := binutils{as, objdump}
	return &Tool{name, func(op isa.Op) bool { return SupportOf(op).Binutils != "" }, b.disassemble, b.assemble}, nil
}

// binutilsMarch returns the architecture that has all that binutils has: letters first, in the order of the manual.
func binutilsMarch() string {
	var letters, names string
	for _, name := range columnOf(func(s *Support) string { return s.Binutils }) {
		if len(name) == 1 {
			letters += name
		} else {
			names += "_" + name
		}
	}
	march := "rv64"
	for _, letter := range "imafdqcbvh" {
		if strings.ContainsRune(letters, letter) {
			march += string(letter)
		}
	}
	return march + names
}

// disassemble puts the words into an object file, which carries the architecture, and dumps that.
func (b binutils) disassemble(ctx context.Context, insts []isa.Inst) ([]string, error) {
	code, err := codeOf(insts)
	if err != nil {
		return nil, err
	}
	var src strings.Builder
	for _, word := range code {
		fmt.Fprintf(&src, ".insn %#x\n", word)
	}
	dump, _, err := b.dump(ctx, src.String())
	if err != nil {
		return nil, err
	}
	if len(dump) != len(insts) {
		return nil, fmt.Errorf("words: binutils: %d texts for %d words", len(dump), len(insts))
	}
	texts := make([]string, len(insts))
	pc := int64(0)
	for i, in := range insts {
		if text := dump[i].text; !strings.HasPrefix(text, ".") {
			texts[i] = relative(text, pc)
		}
		pc += int64(in.Op.Size())
	}
	return texts, nil
}

// dumped is an instruction that objdump prints.
type dumped struct{ word, text string }

var dumpLine = regexp.MustCompile(`(?m)^ *[0-9a-f]+:\t([0-9a-f]+) *\t(.*)$`)

// dump assembles a source and disassembles the object file. The messages are those of the assembler.
func (b binutils) dump(ctx context.Context, source string) (list []dumped, messages string, err error) {
	dir, err := os.MkdirTemp("", "rvfuzz-words")
	if err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(dir)
	object := filepath.Join(dir, "words.o")
	out, err := b.as.Run(ctx, ".option norelax; "+source, "-march="+binutilsMarch(), "-o", object, "-")
	if err != nil {
		return nil, out.Stderr, err
	}
	if out, err = b.objdump.Run(ctx, "", "-d", "-M", "no-aliases", object); err != nil {
		return nil, "", err
	}
	for _, m := range dumpLine.FindAllStringSubmatch(out.Stdout, -1) {
		list = append(list, dumped{m[1], m[2]})
	}
	return list, "", nil
}

// relative turns the absolute target of a jump or branch into a distance.
func relative(text string, pc int64) string {
	text, _, found := strings.Cut(text, " <")
	if !found {
		return text
	}
	at := strings.LastIndexAny(text, ",\t")
	target, err := strconv.ParseUint(text[at+1:], 16, 64)
	if err != nil {
		return text
	}
	return text[:at+1] + strconv.FormatInt(int64(target)-pc, 10)
}

// asError finds the line number of an error.
var asError = regexp.MustCompile(`(?m)^[^:\n]*:(\d+): Error`)

// assemble runs the assembler a second time if it rejects lines, without them.
func (b binutils) assemble(ctx context.Context, insts []isa.Inst) ([]Assembled, error) {
	lines := make([]string, len(insts))
	for i, in := range insts {
		lines[i] = sourceLine(in, placeText(in))
	}
	dump, messages, err := b.dump(ctx, strings.Join(lines, ""))
	rejected, lineErr := linesIn(messages, asError)
	if lineErr != nil {
		return nil, lineErr
	}
	if err != nil && len(rejected) > 0 {
		for i := range rejected {
			lines[i] = "\n"
		}
		dump, _, err = b.dump(ctx, strings.Join(lines, ""))
	}
	if err != nil {
		return nil, err
	}
	words := make([]Assembled, len(insts))
	for i := range insts {
		if rejected[i] {
			continue
		}
		if len(dump) == 0 {
			return nil, errors.New("words: binutils: too few words for the text")
		}
		w, err := strconv.ParseUint(dump[0].word, 16, 32)
		if err != nil {
			return nil, fmt.Errorf("words: binutils: %w", err)
		}
		words[i], dump = Assembled{uint32(w), true}, dump[1:]
	}
	return words, nil
}

// placeText writes distances from the place itself, since binutils takes plain numbers for addresses.
func placeText(in isa.Inst) string {
	text := in.String()
	for _, o := range in.Op.Row().Operands {
		if o.Name == "bimm" || o.Name == "jimm" || o.Name == "cb" || o.Name == "cj" {
			at := strings.LastIndexAny(text, ", ")
			return text[:at+1] + ". + " + text[at+1:]
		}
	}
	return text
}
