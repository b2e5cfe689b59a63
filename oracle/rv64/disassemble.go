package rv64

// Instruction is a decoded word, for comparison with other decoders. Registers x0 to x31 are numbered 0 to 31, f0 to
// f31 32 to 63; absent registers are NoRegister. A compressed form has the name and operands of the instruction that it
// abbreviates.
type Instruction struct {
	Name string // as in the manual, without the ordering of an atomic
	Len  int
	Rd   int
	Rs1  int
	Rs2  int
	Rs3  int
	// Imm is the signed constant, shift amount, branch distance in bytes or CSR number as the machine uses it; of lui
	// and auipc the value added, with the low twelve bits zero.
	Imm int64
}

// NoRegister stands for an absent register.
const NoRegister = -1

// Disassemble decodes the instruction at the start of a little-endian word; after a 16-bit one the upper half is
// ignored. ok is false if it is illegal, or one that the machine lacks.
func Disassemble(word uint32) (in Instruction, ok bool) { return disassemble(decodeWord(word)) }

// DisassembleUnratified is Disassemble for a machine with Config.Unratified.
func DisassembleUnratified(word uint32) (in Instruction, ok bool) {
	m := Machine{config: Config{Unratified: true}}
	return disassemble(m.decodeNew(word))
}

func disassemble(s inst) (in Instruction, ok bool) {
	if s.op == opIllegal || s.op == opUnsupported {
		return Instruction{Len: int(s.length)}, false
	}
	r := &rows[s.op]
	in = Instruction{Name: r.name, Len: int(s.length), Rd: NoRegister, Rs1: NoRegister, Rs2: NoRegister, Rs3: NoRegister, Imm: s.imm}
	x := func(n uint8) int { return int(n) & 31 }
	f := func(n uint8) int { return x(n) + 32 }
	switch r.kind {
	case kindReg, kindReg3, kindAmo, kindCas, kindCas128, kindSC:
		in.Rd, in.Rs1, in.Rs2 = x(s.rd), x(s.rs1), x(s.rs2)
		if s.op >= opSbRl && s.op <= opSdRl {
			in.Rd = NoRegister
		}
	case kindImm, kindLoad, kindJumpReg, kindLR:
		in.Rd, in.Rs1 = x(s.rd), x(s.rs1)
	case kindConst, kindPC, kindJump:
		in.Rd = x(s.rd)
	case kindStore, kindBranch:
		in.Rs1, in.Rs2 = x(s.rs1), x(s.rs2)
	case kindLoadF:
		in.Rd, in.Rs1 = f(s.rd), x(s.rs1)
	case kindStoreF:
		in.Rs1, in.Rs2 = x(s.rs1), f(s.rs2)
	case kindCSR:
		in.Rd = x(s.rd)
		if s.op < opCsrrwi {
			in.Rs1 = x(s.rs1)
		}
	case kindCbo, kindCboZero:
		in.Rs1 = x(s.rs1)
	case kindFloat:
		in.floatOperands(&s, r)
	}
	return in, true
}

func (in *Instruction) floatOperands(s *inst, r *row) {
	bank := 32
	if r.in == integer {
		bank = 0
	}
	in.Rd = int(s.rd)&31 + 32
	if r.out == integer {
		in.Rd = int(s.rd) & 31
	}
	from := []uint8{s.rs1, s.rs2, s.rs3}[:r.args]
	for i, to := range []*int{&in.Rs1, &in.Rs2, &in.Rs3}[:r.args] {
		*to = int(from[i])&31 + bank
	}
}
