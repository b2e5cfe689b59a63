package words

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// support is the one table of which oracle has which instructions, by extension (isa.Row.Ext). "Zfa/.q" stands for those
// instructions of Zfa that have ".q" in their mnemonic, in a line above the one of the others. A new extension of the
// instruction table needs a line here, and nothing else outside package isa.
//
// The table is about llvm-mc from 19 on and binutils from 2.40 on. Their columns have the names under which these know the extension. "@" comes before the oldest version
// that is known to have the instructions, and "|" between the names before that version and from then on. Names after "only:" are
// the only ones to switch on, because they give another meaning to encodings of others. The column of qemu has the properties
// of its processor for the extension, as a user-mode program needs them, with "|" between those of different versions; "yes" if
// it needs none. "-" stands for instructions that the oracle lacks. riscv64asm has no column, since it has a list of its
// mnemonics.
const support = `
instructions  llvm-mc                                 binutils       oracle/rv64  qemu
I             i                                       i              yes          yes
Zifencei      zifencei                                zifencei       yes          yes
Zicsr         zicsr                                   zicsr          yes          yes
M             m                                       m              yes          yes
Zicond        zicond                                  zicond@2.47    yes          zicond
Zicbom        zicbom                                  zicbom         yes          -
Zicboz        zicboz                                  zicboz         yes          -
Zimop         zimop                                   zimop@2.47     yes          zimop
Zawrs         zawrs                                   zawrs          yes          -
Zalrsc        a                                       a              yes          yes
Zaamo         a                                       a              yes          yes
Zabha         zabha                                   zabha@2.47     yes          zabha
Zacas         experimental-zacas|zacas@23             zacas@2.47     yes          zacas
Zalasr        experimental-zalasr|zalasr@23           zalasr@2.47    yes          zalasr
Zicfiss       only:a,experimental-zicfiss             only:a,zicfiss@2.47 -            -
F             f                                       f              yes          yes
D             d                                       d              yes          yes
Q             q@23                                    q              -            -
Zfhmin/.q     -                                       zfh            -            -
Zfhmin        zfhmin                                  zfh            yes          Zfh|zfh
Zfh           zfh                                     zfh            yes          Zfh|zfh
Zfbfmin       zfbfmin                                 zfbfmin@2.47   yes          zfbfmin
Zfa/.q        q,zfa@23                                zfa@2.47       -            -
Zfa           zfa                                     zfa@2.47       yes          zfa
Zba           zba                                     zba            yes          yes
Zbb           zbb                                     zbb            yes          yes
Zbc           zbc                                     zbc            yes          yes
Zbs           zbs                                     zbs            yes          yes
Zbkb          zbkb                                    zbkb           yes          zbkb
Zbkx          zbkx                                    zbkx           yes          zbkx
Zknd          zknd                                    zknd           yes          zknd
Zkne          zkne                                    zkne           yes          zkne
Zknh          zknh                                    zknh           yes          zknh
Zksed         zksed                                   zksed          yes          zksed
Zksh          zksh                                    zksh           yes          zksh
Zca           c                                       c              yes          yes
Zcd           c,d                                     c              yes          yes
Zcb           zcb                                     zcb@2.47       yes          zcb
Zcmop         zcmop                                   zcmop@2.47     yes          zcmop
Zcmp          only:zca,zcmp,zcmt                      only:a,zcmp,zcmt@2.47 -            -
Zcmt          only:zca,zcmp,zcmt                      only:a,zcmp,zcmt@2.47 -            -
V             v,zvfh                                  v              yes          v|zvfh
Zvfbfmin      zvfbfmin                                zvfbfmin@2.47  yes          zvfbfmin
Zvfbfwma      zvfbfwma                                zvfbfwma@2.47  yes          zvfbfwma
Zvbb          zvbb                                    zvbb@2.47      yes          zvbb
Zvbc          zvbc                                    zvbc@2.47      yes          zvbc
Zvkg          zvkg                                    zvkg@2.47      yes          zvkg
Zvkned        zvkned                                  zvkned@2.47    yes          zvkned
Zvknh         zvknhb                                  zvknhb@2.47    yes          zvknhb
Zvksed        zvksed                                  zvksed@2.47    yes          zvksed
Zvksh         zvksh                                   zvksh@2.47     yes          zvksh
S             i                                       i              -            -
Machine       i                                       i              -            -
Smrnmi        smrnmi@23                               smrnmi@2.47    -            -
Sdext         i                                       i              -            -
Ssctr         ssctr@23                                ssctr@2.47     -            -
Svinval       svinval                                 svinval        -            -
H             h                                       h              -            -
`

// Support says which oracles have an instruction.
type Support struct {
	Riscv64asm bool
	LLVM       Features // of llvm-mc
	Binutils   Features // of binutils
	Machine    bool     // the reference machine
	QEMU       string   // properties of qemu-riscv64's processor, separated by "|", or "yes"; "" where user mode lacks the instruction
}

// Features are what a tool must have switched on for an instruction, by its version.
type Features struct {
	before, since string // the names before a version, separated by commas, and from it on
	version       string // or "" if they are the same
}

func parseFeatures(text string) Features {
	names, version, _ := strings.Cut(text, "@")
	before, since, both := strings.Cut(names, "|")
	switch {
	case version == "":
		return Features{since: names}
	case !both:
		before, since = "", names
	}
	return Features{before, since, version}
}

// In returns the names for a version of the tool, separated by commas, or "" if that lacks the instruction.
func (f Features) In(version string) string {
	if f.version != "" && !tools.AtLeast(version, f.version) {
		return f.before
	}
	return f.since
}

// SupportOf returns which oracles have an instruction of the table.
func SupportOf(op isa.Op) *Support { return &supports()[op] }

var supports = sync.OnceValue(buildSupport)

// supportLine is a line of the table: the instructions of an extension that have a text in their mnemonics.
type supportLine struct {
	ext, part string
	support   Support
	used      bool // some instruction has its support from this line
}

func parseSupport() []supportLine {
	var lines []supportLine
	for _, text := range strings.Split(strings.TrimSpace(support), "\n")[1:] {
		columns := strings.Fields(text)
		if len(columns) != 5 {
			panic(fmt.Sprintf("words: the line %q of the table of support has %d columns, not 5", text, len(columns)))
		}
		for i, c := range columns {
			if c == "-" {
				columns[i] = ""
			}
		}
		ext, part, _ := strings.Cut(columns[0], "/")
		lines = append(lines, supportLine{ext: ext, part: part, support: Support{
			LLVM: parseFeatures(columns[1]), Binutils: parseFeatures(columns[2]), Machine: columns[3] != "", QEMU: columns[4],
		}})
	}
	return lines
}

func (l *supportLine) covers(row isa.Row) bool {
	return l.ext == row.Ext && strings.Contains(row.Mnemonic, l.part)
}

func buildSupport() *[isa.NumOps + 1]Support {
	var out [isa.NumOps + 1]Support
	lines := parseSupport()
	for _, row := range isa.Rows() {
		i := slices.IndexFunc(lines, func(l supportLine) bool { return l.covers(row) })
		if i < 0 {
			panic(fmt.Sprintf("words: the table of support has no line for the extension %s of %s", row.Ext, row.Mnemonic))
		}
		lines[i].used = true
		out[row.Op] = lines[i].support
		out[row.Op].Riscv64asm = decode.Knows(row.Mnemonic)
	}
	if i := slices.IndexFunc(lines, func(l supportLine) bool { return !l.used }); i >= 0 {
		panic(fmt.Sprintf("words: the line %s/%s of the table of support is about no instruction", lines[i].ext, lines[i].part))
	}
	return &out
}
