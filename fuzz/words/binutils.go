package words

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// binutils is the assembler and the disassembler of GNU binutils.
type binutils struct {
	as, objdump tools.Tool
	version     string
	common      []string // the extensions that exclude no others
}

// findBinutils pairs each version of the assembler with the disassembler beside it.
func findBinutils(ctx context.Context) ([]*Tool, error) {
	return findVersions(ctx, tools.As, "2.40", func(as tools.Tool, version string) (*Tool, error) {
		objdumps := tools.FindAll(tools.Objdump)
		k := slices.IndexFunc(objdumps, func(t tools.Tool) bool { return filepath.Dir(t.Path) == filepath.Dir(as.Path) })
		if k < 0 {
			return nil, fmt.Errorf("%s beside %s is %w", tools.Objdump, as.Path, tools.ErrNotInstalled)
		}
		b := binutils{as: as, objdump: objdumps[k], version: version}
		for _, name := range columnOf(func(s *Support) string { return s.Binutils.In(version) }) {
			if !strings.HasPrefix(name, exclusive) {
				b.common = append(b.common, strings.Split(name, ",")...)
			}
		}
		knows := func(op isa.Op) bool { return SupportOf(op).Binutils.In(version) != "" }
		return &Tool{"binutils", version, knows, b.disassemble, b.assemble}, nil
	})
}

// march returns the architecture to assemble an instruction for: all that binutils has, or what the table wants alone; letters
// first, in the order of the manual.
func (b binutils) march(op isa.Op) string {
	list := b.common
	if only, ok := strings.CutPrefix(SupportOf(op).Binutils.In(b.version), exclusive); ok {
		list = append([]string{"i", "m"}, strings.Split(only, ",")...)
	}
	var letters, names string
	for _, name := range list {
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

// byMarch calls do with the instructions of each architecture, and their positions among all.
func (b binutils) byMarch(insts []isa.Inst, do func(march string, from []int, insts []isa.Inst) error) error {
	var order []string
	groups := make(map[string][]int)
	for i, in := range insts {
		march := b.march(in.Op)
		if groups[march] == nil {
			order = append(order, march)
		}
		groups[march] = append(groups[march], i)
	}
	for _, march := range order {
		var some []isa.Inst
		for _, i := range groups[march] {
			some = append(some, insts[i])
		}
		if err := do(march, groups[march], some); err != nil {
			return err
		}
	}
	return nil
}

func (b binutils) disassemble(ctx context.Context, insts []isa.Inst) ([]string, error) {
	texts := make([]string, len(insts))
	return texts, b.byMarch(insts, func(march string, from []int, some []isa.Inst) error {
		return b.disassembleFor(ctx, march, some, func(i int, text string) { texts[from[i]] = text })
	})
}

func (b binutils) assemble(ctx context.Context, insts []isa.Inst) ([]Assembled, error) {
	words := make([]Assembled, len(insts))
	return words, b.byMarch(insts, func(march string, from []int, some []isa.Inst) error {
		return b.assembleFor(ctx, march, some, func(i int, word uint32) { words[from[i]] = Assembled{word, true} })
	})
}

// disassembleFor puts the words into an object file, which carries the architecture, and dumps that.
func (b binutils) disassembleFor(ctx context.Context, march string, insts []isa.Inst, take func(i int, text string)) error {
	code, err := codeOf(insts)
	if err != nil {
		return err
	}
	var src strings.Builder
	for _, word := range code {
		fmt.Fprintf(&src, ".insn %#x\n", word)
	}
	dump, _, err := b.dump(ctx, march, src.String())
	if err != nil {
		return err
	}
	if len(dump) != len(insts) {
		return fmt.Errorf("words: binutils: %d texts for %d words", len(dump), len(insts))
	}
	pc := int64(0)
	for i, in := range insts {
		if text := dump[i].text; !strings.HasPrefix(text, ".") {
			take(i, relative(text, pc))
		}
		pc += int64(in.Op.Size())
	}
	return nil
}

// dumped is an instruction that objdump prints.
type dumped struct{ word, text string }

var dumpLine = regexp.MustCompile(`(?m)^ *[0-9a-f]+:\t([0-9a-f]+) *\t(.*)$`)

// dump assembles a source and disassembles the object file. The messages are those of the assembler.
func (b binutils) dump(ctx context.Context, march, source string) (list []dumped, messages string, err error) {
	dir, err := os.MkdirTemp("", "rvfuzz-words")
	if err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(dir)
	object := filepath.Join(dir, "words.o")
	out, err := b.as.Run(ctx, ".option norelax; "+source, "-march="+march, "-o", object, "-")
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

// assembleFor runs the assembler a second time if it rejects lines, without them.
func (b binutils) assembleFor(ctx context.Context, march string, insts []isa.Inst, take func(i int, word uint32)) error {
	lines := make([]string, len(insts))
	for i, in := range insts {
		lines[i] = sourceLine(in, placeText(in))
	}
	dump, messages, err := b.dump(ctx, march, strings.Join(lines, ""))
	rejected, lineErr := linesIn(messages, asError)
	if lineErr != nil {
		return lineErr
	}
	if err != nil && len(rejected) > 0 {
		for i := range rejected {
			lines[i] = "\n"
		}
		dump, _, err = b.dump(ctx, march, strings.Join(lines, ""))
	}
	if err != nil {
		return err
	}
	for i := range insts {
		if rejected[i] {
			continue
		}
		if len(dump) == 0 {
			return errors.New("words: binutils: too few words for the text")
		}
		w, err := strconv.ParseUint(dump[0].word, 16, 32)
		if err != nil {
			return fmt.Errorf("words: binutils: %w", err)
		}
		take(i, uint32(w))
		dump = dump[1:]
	}
	return nil
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
