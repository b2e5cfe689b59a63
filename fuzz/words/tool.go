package words

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

	"github.com/rvfuzz/rvfuzz/isa"
)

// Tool is a tool chain that is installed besides Go: it turns words into text and text into words.
type Tool struct {
	Name string
	// Disassemble returns the tool's text of the word of each instruction, "" for a word that it rejects.
	Disassemble func(ctx context.Context, insts []isa.Inst) ([]string, error)
	// Assemble returns the tool's word for our text of each instruction; ok is false for text that it rejects.
	Assemble func(ctx context.Context, insts []isa.Inst) (words []uint32, ok []bool, err error)
	// Knows tells whether the tool has the instruction at all, in the version that this package was written for.
	Knows func(row isa.Row) bool
}

// LLVM returns the judge llvm-mc-19, or an error that names what is missing.
func LLVM() (*Tool, error) {
	path, err := exec.LookPath("llvm-mc-19")
	if err != nil {
		return nil, fmt.Errorf("words: llvm-19: %w", err)
	}
	return &Tool{
		Name: "llvm-19",
		Disassemble: func(ctx context.Context, insts []isa.Inst) ([]string, error) {
			return llvmDisassemble(ctx, path, insts)
		},
		Assemble: func(ctx context.Context, insts []isa.Inst) ([]uint32, []bool, error) {
			return llvmAssemble(ctx, path, insts)
		},
		Knows: func(row isa.Row) bool {
			return !hasQuad(row) && row.Op != isa.MNRET && row.Op != isa.SCTRCLR
		},
	}, nil
}

// hasQuad finds the instructions of the Q extension, also those that Zfa and Zfhmin bring with it.
func hasQuad(row isa.Row) bool {
	m := row.Mnemonic
	return row.Ext == "Q" || m[0] == 'f' && (strings.HasSuffix(m, ".q") || strings.Contains(m, ".q."))
}

// llvmSets are the extensions that the decoder is told to have; Zcmp and Zicfiss take encodings from others and go alone.
var llvmSets = []struct {
	exts     []string
	features string
}{
	{[]string{"Zcmp", "Zcmt"}, "+zca,+zcmp,+zcmt"},
	{[]string{"Zicfiss"}, "+a,+experimental-zicfiss"},
	{nil, "+m,+a,+f,+d,+c,+v,+h,+zba,+zbb,+zbc,+zbs,+zbkb,+zbkx,+zfh,+zfa,+zfbfmin,+zvfbfmin,+zvfbfwma,+zvfh,+zicond," +
		"+zicbom,+zicboz,+zimop,+zcmop,+zcb,+zawrs,+zabha,+experimental-zacas,+zacas,+zknd,+zkne,+zknh,+zksed,+zksh,+zvbb," +
		"+zvbc,+zvkg,+zvkned,+zvknhb,+zvksed,+zvksh,+svinval"},
}

// llvmSetOf returns the index in llvmSets for an instruction.
func llvmSetOf(op isa.Op) int {
	ext := op.Row().Ext
	for i, set := range llvmSets {
		for _, e := range set.exts {
			if e == ext {
				return i
			}
		}
	}
	return len(llvmSets) - 1
}

// selectSet returns the positions of the instructions that belong to set s.
func selectSet(insts []isa.Inst, s int) []int {
	var from []int
	for i, in := range insts {
		if llvmSetOf(in.Op) == s {
			from = append(from, i)
		}
	}
	return from
}

var llvmWarning = regexp.MustCompile(`(?m)^<stdin>:(\d+):\d+: warning`)

// llvmDisassemble runs one llvm-mc for each feature set. Rejected words are reported by line and leave no output.
func llvmDisassemble(ctx context.Context, path string, insts []isa.Inst) ([]string, error) {
	texts := make([]string, len(insts))
	for s, set := range llvmSets {
		from := selectSet(insts, s)
		var src strings.Builder
		for _, i := range from {
			w, err := isa.Encode(insts[i])
			if err != nil {
				return nil, err
			}
			src.WriteString(llvmBytes(w) + "\n")
		}
		if len(from) == 0 {
			continue
		}
		out, warnings, err := pipe(ctx, src.String(), path, "--disassemble", "-triple=riscv64", "-mattr="+set.features,
			"-M", "no-aliases")
		if err != nil {
			return nil, err
		}
		if err := fillTexts(texts, from, out, warnings); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

func fillTexts(texts []string, from []int, out, warnings string) error {
	rejected := make(map[int]bool)
	for _, m := range llvmWarning.FindAllStringSubmatch(warnings, -1) {
		n, _ := strconv.Atoi(m[1])
		rejected[n-1] = true
	}
	got := strings.Split(strings.TrimSpace(strings.Replace(out, "\t.text\n", "", 1)), "\n")
	if len(got) == 1 && got[0] == "" {
		got = nil
	}
	if len(got) != len(from)-len(rejected) {
		return fmt.Errorf("words: llvm-19: %d lines of text for %d words of which %d are rejected", len(got), len(from), len(rejected))
	}
	for i, at := range from {
		if rejected[i] {
			continue
		}
		texts[at], got = strings.TrimSpace(got[0]), got[1:]
	}
	return nil
}

func llvmBytes(w uint32) string {
	if w&3 != 3 {
		return fmt.Sprintf("[%#02x %#02x]", w&0xff, w>>8)
	}
	return fmt.Sprintf("[%#02x %#02x %#02x %#02x]", w&0xff, w>>8&0xff, w>>16&0xff, w>>24)
}

var (
	llvmEncoding = regexp.MustCompile(`encoding: \[([^\]]*)\]`)
	llvmError    = regexp.MustCompile(`(?m)^<stdin>:(\d+):\d+: error`)
)

// llvmAssemble runs llvm-mc on all lines; those with errors leave no output.
func llvmAssemble(ctx context.Context, path string, insts []isa.Inst) ([]uint32, []bool, error) {
	words, ok := make([]uint32, len(insts)), make([]bool, len(insts))
	for s, set := range llvmSets {
		from := selectSet(insts, s)
		var src strings.Builder
		for _, i := range from {
			src.WriteString(sourceLine(insts[i], insts[i].String()) + "\n")
		}
		if len(from) == 0 {
			continue
		}
		// The exit status says only that some line is wrong, which the messages say better.
		out, errs, _ := pipe(ctx, src.String(), path, "-triple=riscv64", "-mattr="+set.features, "-show-encoding",
			"-M", "no-aliases")
		rejected := make(map[int]bool)
		for _, m := range llvmError.FindAllStringSubmatch(errs, -1) {
			n, _ := strconv.Atoi(m[1])
			rejected[n-1] = true
		}
		got := llvmEncoding.FindAllStringSubmatch(out, -1)
		if len(got) != len(from)-len(rejected) {
			return nil, nil, fmt.Errorf("words: llvm-19: %d encodings for %d lines of which %d have errors", len(got), len(from), len(rejected))
		}
		for i, at := range from {
			if !rejected[i] {
				words[at], ok[at] = llvmWord(got[0][1]), true
				got = got[1:]
			}
		}
	}
	return words, ok, nil
}

// sourceLine lets an assembler choose 16-bit instructions only where text names one.
func sourceLine(in isa.Inst, text string) string {
	if in.Op.Size() == 2 {
		return text
	}
	return ".option push; .option norvc; " + text + "; .option pop"
}

func llvmWord(list string) uint32 {
	var w uint32
	for i, b := range strings.Split(list, ",") {
		v, _ := strconv.ParseUint(strings.TrimSpace(b), 0, 8)
		w |= uint32(v) << (8 * i)
	}
	return w
}

// GNU returns the judge GNU binutils (as and objdump for riscv64), or an error that names what is missing.
func GNU() (*Tool, error) {
	as, err := exec.LookPath("riscv64-linux-gnu-as")
	if err != nil {
		return nil, fmt.Errorf("words: binutils: %w", err)
	}
	objdump, err := exec.LookPath("riscv64-linux-gnu-objdump")
	if err != nil {
		return nil, fmt.Errorf("words: binutils: %w", err)
	}
	g := gnuTools{as, objdump}
	return &Tool{Name: "binutils-2.40", Disassemble: g.disassemble, Assemble: g.assemble, Knows: gnuKnows}, nil
}

type gnuTools struct{ as, objdump string }

const gnuArch = "rv64imafdqcvh_zicbom_zicboz_zicsr_zifencei_zawrs_zfh_zba_zbb_zbc_zbs_zbkb_zbkx_zbkc_zknd_zkne_zknh_zksed_" +
	"zksh_svinval"

// gnuKnows lists what binutils 2.40 lacks, by extension.
func gnuKnows(row isa.Row) bool {
	switch row.Ext {
	case "Zfa", "Zfbfmin", "Zvfbfmin", "Zvfbfwma", "Zabha", "Zacas", "Zicfiss", "Zicond", "Zimop", "Zcmop", "Zcb", "Zcmp",
		"Zcmt", "Zvbb", "Zvbc", "Zvkg", "Zvkned", "Zvknh", "Zvksed", "Zvksh", "Smrnmi", "Ssctr":
		return false
	}
	return true
}

// disassemble puts the words into an object file, which carries the architecture, and dumps that.
func (g gnuTools) disassemble(ctx context.Context, insts []isa.Inst) ([]string, error) {
	var src strings.Builder
	for _, in := range insts {
		w, err := isa.Encode(in)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&src, ".insn %#x\n", w)
	}
	object, cleanup, errs, err := g.object(ctx, src.String())
	defer cleanup()
	if err != nil {
		return nil, fmt.Errorf("words: binutils: %w: %s", err, errs)
	}
	out, _, err := pipe(ctx, "", g.objdump, "-d", "-M", "no-aliases", object)
	if err != nil {
		return nil, err
	}
	dump := parseDump(out)
	texts := make([]string, len(insts))
	pc := int64(0)
	for i, in := range insts {
		text, known := dump[pc]
		if !known {
			return nil, fmt.Errorf("words: binutils: no text at %#x", pc)
		}
		if !strings.HasPrefix(text, ".") {
			texts[i] = relative(text, pc)
		}
		pc += int64(in.Op.Size())
	}
	return texts, nil
}

var dumpLine = regexp.MustCompile(`(?m)^ *([0-9a-f]+):\t([0-9a-f]+) *\t(.*)$`)

func parseDump(out string) map[int64]string {
	texts := make(map[int64]string)
	for _, m := range dumpLine.FindAllStringSubmatch(out, -1) {
		at, _ := strconv.ParseInt(m[1], 16, 64)
		texts[at] = m[3]
	}
	return texts
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

// gnuError finds the line number of a message.
var gnuError = regexp.MustCompile(`(?m)^[^:\n]*:(\d+): Error`)

// assemble runs as twice if need be, first to learn which lines it rejects, and reads the words from a dump.
func (g gnuTools) assemble(ctx context.Context, insts []isa.Inst) ([]uint32, []bool, error) {
	words, ok := make([]uint32, len(insts)), make([]bool, len(insts))
	for i := range ok {
		ok[i] = true
	}
	object, cleanup, errs, err := g.object(ctx, gnuSource(insts, ok))
	defer func() { cleanup() }()
	if err != nil {
		for _, m := range gnuError.FindAllStringSubmatch(errs, -1) {
			n, _ := strconv.Atoi(m[1])
			ok[n-1] = false
		}
		cleanup()
		object, cleanup, errs, err = g.object(ctx, gnuSource(insts, ok))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("words: binutils: %w: %s", err, errs)
	}
	out, _, err := pipe(ctx, "", g.objdump, "-d", "-M", "no-aliases", object)
	if err != nil {
		return nil, nil, err
	}
	got := dumpLine.FindAllStringSubmatch(out, -1)
	for i := range insts {
		if !ok[i] {
			continue
		}
		if len(got) == 0 {
			return nil, nil, fmt.Errorf("words: binutils: too few words for the text")
		}
		w, _ := strconv.ParseUint(got[0][2], 16, 32)
		words[i], got = uint32(w), got[1:]
	}
	return words, ok, nil
}

// gnuSource writes one line of source for each instruction that is still ok.
func gnuSource(insts []isa.Inst, ok []bool) string {
	var src strings.Builder
	for i, in := range insts {
		if ok[i] {
			src.WriteString(sourceLine(in, gnuText(in)))
		}
		src.WriteByte('\n')
	}
	return src.String()
}

// gnuText writes distances from the place itself, since binutils takes plain numbers for addresses.
func gnuText(in isa.Inst) string {
	text := in.String()
	for _, o := range in.Op.Row().Operands {
		if o.Name == "bimm" || o.Name == "jimm" || o.Name == "cb" || o.Name == "cj" {
			at := strings.LastIndexAny(text, ", ")
			return text[:at+1] + ". + " + text[at+1:]
		}
	}
	return text
}

// object assembles src into a temporary object file, which cleanup removes.
func (g gnuTools) object(ctx context.Context, src string) (path string, cleanup func(), errs string, err error) {
	dir, err := os.MkdirTemp("", "rvfuzz-words")
	if err != nil {
		return "", func() {}, "", err
	}
	path = filepath.Join(dir, "words.o")
	_, errs, err = pipe(ctx, ".option norelax; "+src, g.as, "-march="+gnuArch, "-o", path, "-")
	return path, func() { os.RemoveAll(dir) }, errs, err
}

// pipe runs a command with text on its standard input and returns what it wrote.
func pipe(ctx context.Context, in, name string, args ...string) (stdout, stderr string, err error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin = strings.NewReader(in)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}
