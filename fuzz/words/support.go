package words

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

// support is the one table of which oracle has which instructions, by extension (isa.Row.Ext). "Zfa/.q" stands for those
// instructions of Zfa that have ".q" in their mnemonic, in a line above the one of the others. A new extension of the
// instruction table needs a line here, and nothing else outside package isa.
//
// The columns of llvm-mc and binutils have the names under which these know the extension; after "only:" they are the
// only ones to switch on, because they give another meaning to encodings of others. "-" stands for instructions that the
// oracle lacks, "yes" for those that it has. riscv64asm has no column, since it has a list of its mnemonics.
const support = `
instructions  llvm-mc 19                    binutils 2.40  oracle/rv64  qemu 7.2 in user mode
I             i                             i              yes          yes
Zifencei      zifencei                      zifencei       yes          yes
Zicsr         zicsr                         zicsr          yes          yes
M             m                             m              yes          yes
Zicond        zicond                        -              yes          -
Zicbom        zicbom                        zicbom         yes          -
Zicboz        zicboz                        zicboz         yes          -
Zimop         zimop                         -              yes          -
Zawrs         zawrs                         zawrs          yes          -
Zalrsc        a                             a              yes          yes
Zaamo         a                             a              yes          yes
Zabha         zabha                         -              yes          -
Zacas         experimental-zacas            -              yes          -
Zicfiss       only:a,experimental-zicfiss   -              -            -
F             f                             f              yes          yes
D             d                             d              yes          yes
Q             -                             q              -            -
Zfhmin/.q     -                             zfh            -            -
Zfhmin        zfhmin                        zfh            yes          yes
Zfh           zfh                           zfh            yes          yes
Zfbfmin       zfbfmin                       -              yes          -
Zfa/.q        -                             -              -            -
Zfa           zfa                           -              yes          -
Zba           zba                           zba            yes          yes
Zbb           zbb                           zbb            yes          yes
Zbc           zbc                           zbc            yes          yes
Zbs           zbs                           zbs            yes          yes
Zbkb          zbkb                          zbkb           yes          yes
Zbkx          zbkx                          zbkx           yes          yes
Zknd          zknd                          zknd           yes          yes
Zkne          zkne                          zkne           yes          yes
Zknh          zknh                          zknh           yes          yes
Zksed         zksed                         zksed          yes          yes
Zksh          zksh                          zksh           yes          yes
Zca           c                             c              yes          yes
Zcd           c,d                           c              yes          yes
Zcb           zcb                           -              yes          -
Zcmop         zcmop                         -              yes          -
Zcmp          only:zca,zcmp,zcmt            -              -            -
Zcmt          only:zca,zcmp,zcmt            -              -            -
V             v,zvfh                        v              yes          yes
Zvfbfmin      zvfbfmin                      -              yes          -
Zvfbfwma      zvfbfwma                      -              yes          -
Zvbb          zvbb                          -              yes          -
Zvbc          zvbc                          -              yes          -
Zvkg          zvkg                          -              -            -
Zvkned        zvkned                        -              -            -
Zvknh         zvknhb                        -              -            -
Zvksed        zvksed                        -              -            -
Zvksh         zvksh                         -              -            -
S             i                             i              -            -
Machine       i                             i              -            -
Smrnmi        -                             -              -            -
Sdext         i                             i              -            -
Ssctr         -                             -              -            -
Svinval       svinval                       svinval        -            -
H             h                             h              -            -
`

// Support says which oracles have an instruction.
type Support struct {
	Riscv64asm bool
	LLVM       string // the features that llvm-mc must have, separated by commas, "" where it lacks the instruction
	Binutils   string // the extension that binutils must have, "" where it lacks the instruction
	Machine    bool   // the reference machine
	QEMU       bool   // qemu-riscv64, in a program without privileges
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
			LLVM: columns[1], Binutils: columns[2], Machine: columns[3] != "", QEMU: columns[4] != "",
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
