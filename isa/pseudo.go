package isa

import (
	"strconv"
	"strings"
	"sync"
)

// formsByName holds the ways to write an instruction by its mnemonic. Aliases come after the instruction of the same name,
// so Parse always returns the instruction whose text Inst.String returned. Only those who parse need it, which takes
// milliseconds to make.
var formsByName = sync.OnceValue(buildForms)

func buildForms() *names[[]*form] {
	forms := make(map[string][]*form)
	var order []string
	add := func(name string, f *form) {
		if forms[name] == nil {
			order = append(order, name)
		}
		forms[name] = append(forms[name], f)
	}
	for op := Op(1); op <= NumOps; op++ {
		addForms(add, op)
	}
	for _, a := range aliases {
		for _, args := range strings.Split(a.args, " / ") {
			add(a.name, &form{preset: a.inst, tokens: aliasTokens(args)})
		}
	}
	t := newNames[[]*form](len(order))
	for _, name := range order {
		t.set(name, forms[name])
	}
	return t
}

// addForms adds an instruction under each of its mnemonics: with order suffixes, segment counts or mop numbers.
func addForms(addForm func(string, *form), op Op) {
	t := &texts[op]
	add := func(name string, preset Inst) {
		preset.Op = op
		addForm(name, &form{preset: preset, tokens: operandTokens(t)})
	}
	name := rows[op].Mnemonic
	if op == CM_JALT { // which has two names, for different constants
		return
	}
	if !t.varName {
		add(name, Inst{})
		return
	}
	switch k := t.tokens[0].kind; Field(k.Slot) {
	case FieldAqRl:
		for v := k.Min; v <= k.Max; v += max(k.Step, 1) {
			in := Inst{Op: op, AqRl: AqRl(v)}
			add(string(appendVarName(nil, &in, name, k)), in)
		}
	case FieldNF:
		add(name, Inst{})
		for n := 2; n <= 8; n++ {
			add(segmentName(name, n), Inst{NF: uint8(n - 1)})
		}
	default:
		for n := k.Min; n <= k.Max; n += max(k.Step, 1) {
			add(strings.TrimSuffix(name, "N")+strconv.FormatInt(n, 10), Inst{Imm: n})
		}
	}
}

func operandTokens(t *text) []token {
	if t.varName {
		return t.tokens[1:]
	}
	return t.tokens
}

// aliasTokens compiles the operands of an alias: those of a form, with fs1=fs2 for one register that fills both sources.
func aliasTokens(args string) []token {
	var out []token
	for _, word := range splitArgs(args) {
		name, _, twice := strings.Cut(word, "=")
		if word == " " {
			continue
		}
		t := newToken(name)
		t.twice = twice
		out = append(out, t)
	}
	markAddresses(out)
	return out
}

// aliases are the standard's pseudo-instructions for a single instruction: the operands written, and those implied.
var aliases = []struct {
	name string
	args string // alternatives separated by " / "
	inst Inst
}{
	{"nop", "", Inst{Op: ADDI}},
	{"li", "rd,imm12", Inst{Op: ADDI}},
	{"mv", "rd,rs1", Inst{Op: ADDI}},
	{"move", "rd,rs1", Inst{Op: ADDI}},
	{"not", "rd,rs1", Inst{Op: XORI, Imm: -1}},
	{"neg", "rd,rs2", Inst{Op: SUB}},
	{"negw", "rd,rs2", Inst{Op: SUBW}},
	{"sext.w", "rd,rs1", Inst{Op: ADDIW}},
	{"zext.b", "rd,rs1", Inst{Op: ANDI, Imm: 255}},
	{"zext.h", "rd,rs1", Inst{Op: PACKW}},
	{"zext.w", "rd,rs1", Inst{Op: ADD_UW}},
	{"seqz", "rd,rs1", Inst{Op: SLTIU, Imm: 1}},
	{"snez", "rd,rs2", Inst{Op: SLTU}},
	{"sltz", "rd,rs1", Inst{Op: SLT}},
	{"sgtz", "rd,rs2", Inst{Op: SLT}},
	{"sgt", "rd,rs2,rs1", Inst{Op: SLT}},
	{"sgtu", "rd,rs2,rs1", Inst{Op: SLTU}},
	{"beqz", "rs1,bimm", Inst{Op: BEQ}},
	{"bnez", "rs1,bimm", Inst{Op: BNE}},
	{"blez", "rs2,bimm", Inst{Op: BGE}},
	{"bgez", "rs1,bimm", Inst{Op: BGE}},
	{"bltz", "rs1,bimm", Inst{Op: BLT}},
	{"bgtz", "rs2,bimm", Inst{Op: BLT}},
	{"bgt", "rs2,rs1,bimm", Inst{Op: BLT}},
	{"ble", "rs2,rs1,bimm", Inst{Op: BGE}},
	{"bgtu", "rs2,rs1,bimm", Inst{Op: BLTU}},
	{"bleu", "rs2,rs1,bimm", Inst{Op: BGEU}},
	{"j", "jimm", Inst{Op: JAL}},
	{"jal", "jimm", Inst{Op: JAL, Rd: RA}},
	{"jr", "rs1 / imm12(rs1) / rs1,imm12", Inst{Op: JALR}},
	{"jalr", "rs1 / imm12(rs1)", Inst{Op: JALR, Rd: RA}},
	{"jalr", "rd,rs1 / rd,rs1,imm12", Inst{Op: JALR}},
	{"jalr", "rs1,imm12", Inst{Op: JALR, Rd: RA}},
	{"ret", "", Inst{Op: JALR, Rs1: RA}},

	{"add", "rd,rs1,imm12", Inst{Op: ADDI}},
	{"addw", "rd,rs1,imm12", Inst{Op: ADDIW}},
	{"and", "rd,rs1,imm12", Inst{Op: ANDI}},
	{"or", "rd,rs1,imm12", Inst{Op: ORI}},
	{"xor", "rd,rs1,imm12", Inst{Op: XORI}},
	{"slt", "rd,rs1,imm12", Inst{Op: SLTI}},
	{"sltu", "rd,rs1,imm12", Inst{Op: SLTIU}},
	{"sll", "rd,rs1,shamt6", Inst{Op: SLLI}},
	{"srl", "rd,rs1,shamt6", Inst{Op: SRLI}},
	{"sra", "rd,rs1,shamt6", Inst{Op: SRAI}},
	{"sllw", "rd,rs1,shamt5", Inst{Op: SLLIW}},
	{"srlw", "rd,rs1,shamt5", Inst{Op: SRLIW}},
	{"sraw", "rd,rs1,shamt5", Inst{Op: SRAIW}},
	{"ror", "rd,rs1,shamt6", Inst{Op: RORI}},
	{"rorw", "rd,rs1,shamt5", Inst{Op: RORIW}},
	{"bclr", "rd,rs1,shamt6", Inst{Op: BCLRI}},
	{"bset", "rd,rs1,shamt6", Inst{Op: BSETI}},
	{"binv", "rd,rs1,shamt6", Inst{Op: BINVI}},
	{"bext", "rd,rs1,shamt6", Inst{Op: BEXTI}},

	{"fence", "", Inst{Op: FENCE, Imm: FenceIORW<<4 | FenceIORW}},
	{"fence.tso", "", Inst{Op: FENCE, Imm: FenceTSO}},
	{"pause", "", Inst{Op: FENCE, Imm: FenceW << 4}},
	{"unimp", "", Inst{Op: CSRRW, CSR: 0xc00}},
	{"scall", "", Inst{Op: ECALL}},
	{"sbreak", "", Inst{Op: EBREAK}},
	{"ntl.p1", "", Inst{Op: ADD, Rs2: 2}},
	{"ntl.pall", "", Inst{Op: ADD, Rs2: 3}},
	{"ntl.s1", "", Inst{Op: ADD, Rs2: 4}},
	{"ntl.all", "", Inst{Op: ADD, Rs2: 5}},
	{"c.ntl.p1", "", Inst{Op: C_ADD, Rs2: 2}},
	{"c.ntl.pall", "", Inst{Op: C_ADD, Rs2: 3}},
	{"c.ntl.s1", "", Inst{Op: C_ADD, Rs2: 4}},
	{"c.ntl.all", "", Inst{Op: C_ADD, Rs2: 5}},
	{"lpad", "uimm20", Inst{Op: AUIPC}},
	{"prefetch.i", "prefetch(rs1)", Inst{Op: ORI}},
	{"prefetch.r", "prefetch(rs1)", Inst{Op: ORI, Imm: 1}},
	{"prefetch.w", "prefetch(rs1)", Inst{Op: ORI, Imm: 3}},
	{"sspush", "sspush", Inst{Op: MOP_RR_N, Imm: 7}},
	{"sspopchk", "sspopchk", Inst{Op: MOP_R_N, Imm: 28}},
	{"ssrdp", "ssrdp", Inst{Op: MOP_R_N, Imm: 28}},
	{"c.sspush", "ra", Inst{Op: C_MOP_N, Imm: 1}},
	{"c.sspopchk", "t0", Inst{Op: C_MOP_N, Imm: 5}},
	{"sfence.vma", " / rs1", Inst{Op: SFENCE_VMA}},
	{"hfence.vvma", " / rs1", Inst{Op: HFENCE_VVMA}},
	{"hfence.gvma", " / rs1", Inst{Op: HFENCE_GVMA}},
	{"cm.jt", "jt", Inst{Op: CM_JALT}},
	{"cm.jalt", "jalt", Inst{Op: CM_JALT}},

	{"csrr", "rd,csr", Inst{Op: CSRRS}},
	{"csrw", "csr,rs1", Inst{Op: CSRRW}},
	{"csrs", "csr,rs1", Inst{Op: CSRRS}},
	{"csrc", "csr,rs1", Inst{Op: CSRRC}},
	{"csrwi", "csr,zimm5", Inst{Op: CSRRWI}},
	{"csrsi", "csr,zimm5", Inst{Op: CSRRSI}},
	{"csrci", "csr,zimm5", Inst{Op: CSRRCI}},
	{"csrrw", "rd,csr,zimm5", Inst{Op: CSRRWI}},
	{"csrrs", "rd,csr,zimm5", Inst{Op: CSRRSI}},
	{"csrrc", "rd,csr,zimm5", Inst{Op: CSRRCI}},
	{"csrw", "csr,zimm5", Inst{Op: CSRRWI}},
	{"csrs", "csr,zimm5", Inst{Op: CSRRSI}},
	{"csrc", "csr,zimm5", Inst{Op: CSRRCI}},
	{"rdcycle", "rd", Inst{Op: CSRRS, CSR: 0xc00}},
	{"rdtime", "rd", Inst{Op: CSRRS, CSR: 0xc01}},
	{"rdinstret", "rd", Inst{Op: CSRRS, CSR: 0xc02}},
	{"frcsr", "rd", Inst{Op: CSRRS, CSR: 3}},
	{"fscsr", "rs1 / rd,rs1", Inst{Op: CSRRW, CSR: 3}},
	{"frsr", "rd", Inst{Op: CSRRS, CSR: 3}},
	{"fssr", "rs1 / rd,rs1", Inst{Op: CSRRW, CSR: 3}},
	{"frrm", "rd", Inst{Op: CSRRS, CSR: 2}},
	{"fsrm", "rs1 / rd,rs1", Inst{Op: CSRRW, CSR: 2}},
	{"fsrmi", "zimm5 / rd,zimm5", Inst{Op: CSRRWI, CSR: 2}},
	{"frflags", "rd", Inst{Op: CSRRS, CSR: 1}},
	{"fsflags", "rs1 / rd,rs1", Inst{Op: CSRRW, CSR: 1}},
	{"fsflagsi", "zimm5 / rd,zimm5", Inst{Op: CSRRWI, CSR: 1}},

	{"fmv.s", "fd,fs1=fs2", Inst{Op: FSGNJ_S}},
	{"fabs.s", "fd,fs1=fs2", Inst{Op: FSGNJX_S}},
	{"fneg.s", "fd,fs1=fs2", Inst{Op: FSGNJN_S}},
	{"fgt.s", "rd,fs2,fs1", Inst{Op: FLT_S}},
	{"fge.s", "rd,fs2,fs1", Inst{Op: FLE_S}},
	{"fgtq.s", "rd,fs2,fs1", Inst{Op: FLTQ_S}},
	{"fgeq.s", "rd,fs2,fs1", Inst{Op: FLEQ_S}},
	{"fmv.d", "fd,fs1=fs2", Inst{Op: FSGNJ_D}},
	{"fabs.d", "fd,fs1=fs2", Inst{Op: FSGNJX_D}},
	{"fneg.d", "fd,fs1=fs2", Inst{Op: FSGNJN_D}},
	{"fgt.d", "rd,fs2,fs1", Inst{Op: FLT_D}},
	{"fge.d", "rd,fs2,fs1", Inst{Op: FLE_D}},
	{"fgtq.d", "rd,fs2,fs1", Inst{Op: FLTQ_D}},
	{"fgeq.d", "rd,fs2,fs1", Inst{Op: FLEQ_D}},
	{"fmv.q", "fd,fs1=fs2", Inst{Op: FSGNJ_Q}},
	{"fabs.q", "fd,fs1=fs2", Inst{Op: FSGNJX_Q}},
	{"fneg.q", "fd,fs1=fs2", Inst{Op: FSGNJN_Q}},
	{"fgt.q", "rd,fs2,fs1", Inst{Op: FLT_Q}},
	{"fge.q", "rd,fs2,fs1", Inst{Op: FLE_Q}},
	{"fgtq.q", "rd,fs2,fs1", Inst{Op: FLTQ_Q}},
	{"fgeq.q", "rd,fs2,fs1", Inst{Op: FLEQ_Q}},
	{"fmv.h", "fd,fs1=fs2", Inst{Op: FSGNJ_H}},
	{"fabs.h", "fd,fs1=fs2", Inst{Op: FSGNJX_H}},
	{"fneg.h", "fd,fs1=fs2", Inst{Op: FSGNJN_H}},
	{"fgt.h", "rd,fs2,fs1", Inst{Op: FLT_H}},
	{"fge.h", "rd,fs2,fs1", Inst{Op: FLE_H}},
	{"fgtq.h", "rd,fs2,fs1", Inst{Op: FLTQ_H}},
	{"fgeq.h", "rd,fs2,fs1", Inst{Op: FLEQ_H}},
	{"fmv.x.s", "rd,fs1", Inst{Op: FMV_X_W}},
	{"fmv.s.x", "fd,rs1", Inst{Op: FMV_W_X}},

	{"vl1r.v", "vd,(rs1)", Inst{Op: VL1RE8_V}},
	{"vl2r.v", "vd,(rs1)", Inst{Op: VL2RE8_V}},
	{"vl4r.v", "vd,(rs1)", Inst{Op: VL4RE8_V}},
	{"vl8r.v", "vd,(rs1)", Inst{Op: VL8RE8_V}},
	{"vle1.v", "vd,(rs1)", Inst{Op: VLM_V}},
	{"vse1.v", "vs3,(rs1)", Inst{Op: VSM_V}},
	{"vneg.v", "vd,vs2,vm", Inst{Op: VRSUB_VX}},
	{"vnot.v", "vd,vs2,vm", Inst{Op: VXOR_VI, Imm: -1}},
	{"vwcvt.x.x.v", "vd,vs2,vm", Inst{Op: VWADD_VX}},
	{"vwcvtu.x.x.v", "vd,vs2,vm", Inst{Op: VWADDU_VX}},
	{"vncvt.x.x.w", "vd,vs2,vm", Inst{Op: VNSRL_WX}},
	{"vmsgt.vv", "vd,vs1,vs2,vm", Inst{Op: VMSLT_VV}},
	{"vmsgtu.vv", "vd,vs1,vs2,vm", Inst{Op: VMSLTU_VV}},
	{"vmsge.vv", "vd,vs1,vs2,vm", Inst{Op: VMSLE_VV}},
	{"vmsgeu.vv", "vd,vs1,vs2,vm", Inst{Op: VMSLEU_VV}},
	{"vmfgt.vv", "vd,vs1,vs2,vm", Inst{Op: VMFLT_VV}},
	{"vmfge.vv", "vd,vs1,vs2,vm", Inst{Op: VMFLE_VV}},
	{"vfneg.v", "vd,vs1=vs2,vm", Inst{Op: VFSGNJN_VV}},
	{"vfabs.v", "vd,vs1=vs2,vm", Inst{Op: VFSGNJX_VV}},
	{"vmmv.m", "vd,vs1=vs2", Inst{Op: VMAND_MM}},
	{"vmcpy.m", "vd,vs1=vs2", Inst{Op: VMAND_MM}},
	{"vmclr.m", "vd=vd", Inst{Op: VMXOR_MM}},
	{"vmset.m", "vd=vd", Inst{Op: VMXNOR_MM}},
	{"vmnot.m", "vd,vs1=vs2", Inst{Op: VMNAND_MM}},
	{"vpopc.m", "rd,vs2,vm", Inst{Op: VCPOP_M}},
	{"vmandnot.mm", "vd,vs2,vs1", Inst{Op: VMANDN_MM}},
	{"vmornot.mm", "vd,vs2,vs1", Inst{Op: VMORN_MM}},
	{"vfredsum.vs", "vd,vs2,vs1,vm", Inst{Op: VFREDUSUM_VS}},
	{"vfwredsum.vs", "vd,vs2,vs1,vm", Inst{Op: VFWREDUSUM_VS}},
}
