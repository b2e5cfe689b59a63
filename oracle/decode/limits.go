package decode

import "strings"

// unreadable returns why a legal word is rejected or garbled by riscv64asm v0.33.0, or "". They are compressed
// instructions only: 331 hints it rejects, 63 c.nop hints whose immediate it drops, and the all-zero word, which it takes
// for the instruction 0xc0001073.
func unreadable(word uint32) string {
	if word&3 == 3 {
		return ""
	}
	rd, low, imm := word>>7&31, word>>2&31, word>>12&1<<5|word>>2&31
	switch word & 0xe003 {
	case 0x0000:
		if word == 0 {
			return "the all-zero word is taken for an instruction"
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

// beyond lists the instructions that riscv64asm v0.33.0 does not have, by reason.
var beyond = []struct{ reason, names string }{
	{"privileged instructions are not in its table", "sret mret mnret dret wfi sfence.vma sinval.vma sfence.w.inval " +
		"sfence.inval.ir hinval.vvma hinval.gvma hfence.vvma hfence.gvma hlv.b hlv.bu hlv.h hlv.hu hlvx.hu hlv.w hlv.wu " +
		"hlvx.wu hlv.d hsv.b hsv.h hsv.w hsv.d sctrclr"},
	{"Zfa is not in its table", "fli.s fminm.s fmaxm.s fround.s froundnx.s fleq.s fltq.s fli.d fminm.d fmaxm.d fround.d " +
		"froundnx.d fleq.d fltq.d fcvtmod.w.d fli.q fminm.q fmaxm.q fround.q froundnx.q fleq.q fltq.q fmvh.x.q fmvp.q.x " +
		"fli.h fminm.h fmaxm.h fround.h froundnx.h fleq.h fltq.h"},
	{"conversions between half and double or quad are not in its table", "fcvt.d.h fcvt.h.d fcvt.q.h fcvt.h.q"},
	{"bfloat16 is not in its table", "fcvt.bf16.s fcvt.s.bf16 vfncvtbf16.f.f.w vfwcvtbf16.f.f.v vfwmaccbf16.vv vfwmaccbf16.vf"},
	{"Zawrs is not in its table", "wrs.nto wrs.sto"},
	{"Zabha is not in its table", "amoswap.b amoadd.b amoxor.b amoand.b amoor.b amomin.b amomax.b amominu.b amomaxu.b " +
		"amoswap.h amoadd.h amoxor.h amoand.h amoor.h amomin.h amomax.h amominu.h amomaxu.h amocas.b amocas.h"},
	{"Zicfiss is not in its table", "ssamoswap.w ssamoswap.d"},
	{"Zimop and Zcmop are not in its table", "mop.r.N mop.rr.N c.mop.N"},
	{"Zcb is not in its table", "c.lbu c.lhu c.lh c.sb c.sh c.zext.b c.sext.b c.zext.h c.sext.h c.zext.w c.not c.mul"},
	{"Zcmp and Zcmt are not in its table", "cm.push cm.pop cm.popretz cm.popret cm.mvsa01 cm.mva01s cm.jalt"},
	{"Zbkb and Zbkx are not in its table", "pack packh packw brev8 xperm4 xperm8"},
	{"scalar cryptography is not in its table", "aes64ds aes64dsm aes64es aes64esm aes64im aes64ks1i aes64ks2 sha256sum0 " +
		"sha256sum1 sha256sig0 sha256sig1 sha512sum0 sha512sum1 sha512sig0 sha512sig1 sm4ed sm4ks sm3p0 sm3p1"},
	{"Zvbb and Zvbc are not in its table", "vandn.vv vandn.vx vbrev.v vbrev8.v vrev8.v vclz.v vctz.v vcpop.v vrol.vv vrol.vx " +
		"vror.vv vror.vx vror.vi vwsll.vv vwsll.vx vwsll.vi vclmul.vv vclmul.vx vclmulh.vv vclmulh.vx"},
}

var beyondReasons = buildBeyond()

func buildBeyond() map[string]string {
	reasons := make(map[string]string)
	for _, group := range beyond {
		for _, name := range strings.Fields(group.names) {
			reasons[name] = group.reason
		}
	}
	return reasons
}

// Knows reports whether the decoder knows an instruction, given by the manual's mnemonic without order suffix or segment
// count, and if not, why. It is asked about instructions that exist; a name that is none is judged.
func Knows(mnemonic string) (ok bool, reason string) {
	reason = beyondReasons[mnemonic]
	return reason == "", reason
}
