// Package isa encodes and decodes riscv64 instructions: all ratified instructions that RV64 has.
//
// An instruction is an Inst, a small comparable value; Encode makes its word, Decode is the inverse, Inst.String writes
// it as GNU tools do without aliases and Parse reads that back. Patch and Extract work on the immediates that relocations
// change. Compress and Expand move between a 32-bit instruction and its 16-bit form.
//
//	in := isa.Inst{Op: isa.ADDI, Rd: isa.A0, Rs1: isa.SP, Imm: 16}
//	word, err := isa.Encode(in) // 0x01010513
//	back, err := isa.Decode(word) // == in
//	text := back.String() // "addi a0,sp,16"
//
// Everything is driven by one table row per instruction (package internal/table). Encode refuses every operand that the
// manual forbids, with an error that names the instruction, the operand and the rule; Decode accepts exactly the words
// that Encode makes, reports the others as a *ReservedError where an instruction of the table is meant but the manual
// reserves the encoding, and as an *UnknownError elsewhere.
//
// The 16-bit hints (c.addi a0,0, c.li zero,5, c.nop 3) are legal instructions that do nothing: Encode and Decode take them,
// Inst.IsHint tells them apart, and Compress never makes one. A masked vector instruction into v0, a destination that
// overlaps a source of another width, and a register that is read as elements of two widths, or as elements and as the
// mask, are refused as far as the register numbers alone decide.
//
// Conventions of Inst: a field that an instruction does not use is zero; branches, jal, c.j, c.beqz and c.bnez take the
// distance in bytes from the instruction itself; lui and auipc take the 20-bit field as 0..0xfffff and c.lui the same value
// as the lui it stands for. The zero rounding mode, order and mask are what an assembler takes when none is written.
package isa

//go:generate go run ./internal/genops
