// Package isa encodes and decodes riscv64 instructions: all ratified instructions that RV64 has.
//
// An instruction is an Inst, a small comparable value. Encode returns its word and Decode is the inverse; Inst.String
// returns its text as GNU tools print it without aliases, and Parse is the inverse. Patch and Extract write and read the
// immediates that relocations change. Compress and Expand convert between a 32-bit instruction and its 16-bit form.
//
//	in := isa.Inst{Op: isa.ADDI, Rd: isa.A0, Rs1: isa.SP, Imm: 16}
//	word, err := isa.Encode(in) // 0x01010513
//	back, err := isa.Decode(word) // == in
//	text := back.String() // "addi a0,sp,16"
//
// Everything is driven by one table row per instruction (package internal/table). Encode refuses every operand that the
// manual forbids, with an error that names the instruction, the operand and the rule. Decode accepts exactly the words
// that Encode returns; any other is a *ReservedError where it has the fixed bits of an instruction but the manual reserves
// the encoding, and an *UnknownError elsewhere.
//
// The 16-bit hints (c.addi a0,0, c.li zero,5, c.nop 3) are legal instructions that do nothing: Encode and Decode take them,
// Inst.IsHint reports them, and Compress never returns one. A masked vector instruction into v0, a destination that
// overlaps a source of another width, and a register that is read as elements of two widths, or as elements and as the
// mask, are refused as far as the register numbers alone decide (V 5.2). So vwmaccu.vv v10,v11,v1 is taken: with LMUL below
// one v10 alone is the destination, and it is legal; from LMUL one on v11 is read at two widths, as a source and as a part of
// what is added to, and it is reserved, which a machine that knows vtype decides.
//
// Conventions of Inst: a field that an instruction does not use is zero; branches, jal, c.j, c.beqz and c.bnez take the
// distance in bytes from the instruction itself; lui and auipc take the 20-bit field as 0..0xfffff and c.lui the same value
// as its lui. The zero rounding mode, order and mask are those that an assembler assumes when none is written.
package isa

//go:generate go run ./internal/genops
