package decode

import (
	"strings"
	"sync"

	"golang.org/x/arch/riscv64/riscv64asm"
)

// unreadable returns the known bug of riscv64asm v0.33.0 on a word, or "". All are in 16-bit words: 331 hints that it
// rejects, 63 c.nop hints whose immediate it drops, and the all-zero word, which it decodes as the instruction 0xc0001073.
func unreadable(word uint32) string {
	if word&3 == 3 {
		return ""
	}
	rd, low, imm := word>>7&31, word>>2&31, word>>12&1<<5|word>>2&31
	switch word & 0xe003 {
	case 0x0000:
		if word == 0 {
			return "the all-zero word is decoded as an instruction"
		}
	case 0x0001: // c.nop, c.addi
		switch {
		case rd == 0 && imm != 0:
			return "the immediate of a c.nop hint is dropped"
		case rd != 0 && imm == 0:
			return "c.addi hints are rejected"
		}
	case 0x4001:
		if rd == 0 {
			return "c.li hints are rejected"
		}
	case 0x6001:
		if rd == 0 && imm != 0 {
			return "c.lui hints are rejected"
		}
	case 0x8001: // c.srli, c.srai
		if word>>11&1 == 0 && imm == 0 {
			return "c.srli and c.srai hints are rejected"
		}
	case 0x0002:
		if rd == 0 || imm == 0 {
			return "c.slli hints are rejected"
		}
	case 0x8002: // c.mv, c.add
		if rd == 0 && low != 0 {
			return "c.mv and c.add hints are rejected"
		}
	}
	return ""
}

// repair cuts the upper immediate of a c.lui with a negative one, which riscv64asm returns in 32 bits, to the 20 of lui.
func repair(d *Decoded) {
	if d.Mnemonic == "lui" {
		d.Imm &= 0xfffff
	}
}

// Knows reports whether riscv64asm has an instruction, given by the manual's mnemonic without order suffix or segment
// count.
func Knows(mnemonic string) bool { return known()[mnemonic] }

// known returns the set of the mnemonics.
var known = sync.OnceValue(func() map[string]bool {
	names := make(map[string]bool)
	for _, name := range mnemonics()[1:] {
		names[name] = true
	}
	return names
})

// mnemonics returns the names of riscv64asm's own operations by their number, in lower case. There is no number 0.
var mnemonics = sync.OnceValue(func() []string {
	names := []string{""}
	for op := riscv64asm.Op(1); !strings.HasPrefix(op.String(), "Op("); op++ {
		names = append(names, strings.ToLower(op.String()))
	}
	return names
})
