package isa_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/isa"
)

// aliasVectors are other ways to write an instruction and its canonical text.
var aliasVectors = []struct{ alias, want string }{
	{"nop", "addi zero,zero,0"},
	{"li a0,-2048", "addi a0,zero,-2048"},
	{"mv x10, x11", "addi a0,a1,0"},
	{"not a0,a1", "xori a0,a1,-1"},
	{"neg a0,a1", "sub a0,zero,a1"},
	{"negw a0,a1", "subw a0,zero,a1"},
	{"sext.w a0,a1", "addiw a0,a1,0"},
	{"zext.b a0,a1", "andi a0,a1,255"},
	{"zext.h a0,a1", "packw a0,a1,zero"},
	{"zext.w a0,a1", "add.uw a0,a1,zero"},
	{"seqz a0,a1", "sltiu a0,a1,1"},
	{"snez a0,a1", "sltu a0,zero,a1"},
	{"sltz a0,a1", "slt a0,a1,zero"},
	{"sgtz a0,a1", "slt a0,zero,a1"},
	{"sgt a0,a1,a2", "slt a0,a2,a1"},
	{"beqz a0,16", "beq a0,zero,16"},
	{"blez a0,16", "bge zero,a0,16"},
	{"bgt a0,a1,-4", "blt a1,a0,-4"},
	{"bleu a0,a1,-4", "bgeu a1,a0,-4"},
	{"j -2", "jal zero,-2"},
	{"jal 2048", "jal ra,2048"},
	{"jr a0", "jalr zero,0(a0)"},
	{"jr 8(a0)", "jalr zero,8(a0)"},
	{"jalr a0", "jalr ra,0(a0)"},
	{"jalr a0,a1", "jalr a0,0(a1)"},
	{"jalr a0,a1,-4", "jalr a0,-4(a1)"},
	{"ret", "jalr zero,0(ra)"},
	{"add a0,a1,5", "addi a0,a1,5"},
	{"sll a0,a1,63", "slli a0,a1,0x3f"},
	{"fence", "fence iorw,iorw"},
	{"fence 0,iorw", "fence 0,iorw"},
	{"vsetvli a0,a1,0x7ff", "vsetvli a0,a1,2047"},
	{"c.lwsp a0,8(x2)", "c.lwsp a0,8(sp)"},
	{"c.addi16sp x2,32", "c.addi16sp sp,32"},
	{"c.addi4spn a0,x2,16", "c.addi4spn a0,sp,16"},
	{"c.sspush x1", "c.mop.1"},
	{"c.sspopchk x5", "c.mop.5"},
	{"sspush x5", "mop.rr.7 zero,zero,t0"},
	{"sspopchk ra", "mop.r.28 zero,ra"},
	{"ssrdp a0", "mop.r.28 a0,zero"},
	{"cm.jt 31", "cm.jt 31"},
	{"cm.jalt 32", "cm.jalt 32"},
	{"move a0,a1", "addi a0,a1,0"},
	{"jr a0,8", "jalr zero,8(a0)"},
	{"jalr a0,8", "jalr ra,8(a0)"},
	{"frsr a0", "csrrs a0,fcsr,zero"},
	{"fssr a0,a1", "csrrw a0,fcsr,a1"},
	{"fgtq.s a0,fa0,fa1", "fltq.s a0,fa1,fa0"},
	{"fgeq.d a0,fa0,fa1", "fleq.d a0,fa1,fa0"},
	{"vaeskf1.vi v4,v8,14", "vaeskf1.vi v4,v8,14"},
	{"csrr a0,mscontext", "csrrs a0,mscontext,zero"},
	{"fcvt.s.bf16 fa0,fa1,rne", "fcvt.s.bf16 fa0,fa1"},
	{"pause", "fence w,0"},
	{"unimp", "csrrw zero,cycle,zero"},
	{"ntl.all", "add zero,zero,t0"},
	{"c.ntl.p1", "c.add zero,sp"},
	{"lpad 5", "auipc zero,0x5"},
	{"prefetch.w -32(a0)", "ori zero,a0,-29"},
	{"sspush ra", "mop.rr.7 zero,zero,ra"},
	{"sspopchk t0", "mop.r.28 zero,t0"},
	{"ssrdp a0", "mop.r.28 a0,zero"},
	{"c.sspush ra", "c.mop.1"},
	{"sfence.vma", "sfence.vma zero,zero"},
	{"sfence.vma a0", "sfence.vma a0,zero"},
	{"cm.jt 31", "cm.jt 31"},
	{"csrr a0,0xc00", "csrrs a0,cycle,zero"},
	{"csrw fcsr,a0", "csrrw zero,fcsr,a0"},
	{"csrw frm,5", "csrrwi zero,frm,5"},
	{"rdtime a0", "csrrs a0,time,zero"},
	{"fsrm a0,a1", "csrrw a0,frm,a1"},
	{"fsflagsi 3", "csrrwi zero,fflags,3"},
	{"fmv.s fa0,fa1", "fsgnj.s fa0,fa1,fa1"},
	{"fabs.d fa0,f11", "fsgnjx.d fa0,fa1,fa1"},
	{"fgt.s a0,fa0,fa1", "flt.s a0,fa1,fa0"},
	{"fli.d fa0,0.5", "fli.d fa0,0.5"},
	{"fli.s fa0,2", "fli.s fa0,2.0"},
	{"fli.s fa0,0.0000152587890625", "fli.s fa0,1.52587890625e-05"},
	{"fadd.s fa0,fa1,fa2,dyn", "fadd.s fa0,fa1,fa2"},
	{"fcvt.d.w fa0,a0,rne", "fcvt.d.w fa0,a0"},
	{"lw a0,(a1)", "lw a0,0(a1)"},
	{"ADDI a0,a0,1", "addi a0,a0,1"},
	{"amoadd.w.aq a4,a3,0(a5)", "amoadd.w.aq a4,a3,(a5)"},
	{"lr.d a0,0(a1)", "lr.d a0,(a1)"},
	{"sc.d a0,a2, 0 ( a1 )", "sc.d a0,a2,(a1)"},
	{"vle8.v v0,0(a0)", "vle8.v v0,(a0)"},
	{"vsuxei16.v v1,0(a0),v3,v0.t", "vsuxei16.v v1,(a0),v3,v0.t"},
	{"cbo.zero 0(a0)", "cbo.zero (a0)"},
	{"  lw\ta0 , 0x10 ( a1 )  ", "lw a0,16(a1)"},
	{"c.nop", "c.nop"},
	{"c.nop -3", "c.nop -3"},
	{"vsetvli a0,a1,e16,mf2", "vsetvli a0,a1,e16,mf2,tu,mu"},
	{"vsetivli a0,31,e64, m8, ta, mu", "vsetivli a0,31,e64,m8,ta,mu"},
	{"vsetvli a0,a1,0xd0", "vsetvli a0,a1,e32,m1,ta,ma"},
	{"vl1r.v v3,(a0)", "vl1re8.v v3,(a0)"},
	{"vneg.v v1,v2,v0.t", "vrsub.vx v1,v2,zero,v0.t"},
	{"vmsge.vv v1,v2,v3", "vmsle.vv v1,v3,v2"},
	{"vmclr.m v1", "vmxor.mm v1,v1,v1"},
	{"vmnot.m v1,v2", "vmnand.mm v1,v2,v2"},
	{"cm.pop {x1,x8-x9},64", "cm.pop {ra, s0-s1},64"},
	{"cm.push {ra,s0-s11},-112", "cm.push {ra, s0-s11},-112"},
}

func TestAliases(t *testing.T) {
	for _, v := range aliasVectors {
		in, err := isa.Parse(v.alias)
		if err != nil || in.String() != v.want {
			t.Errorf("Parse(%q) = %s, %v; want %s", v.alias, in, err, v.want)
		}
	}
}

// TestParseErrors checks the column and the message for bad lines.
func TestParseErrors(t *testing.T) {
	for _, v := range []struct {
		line   string
		column int
		msg    string
	}{
		{"", 1, "unknown instruction"},
		{"addd a0,a1,a2", 1, `unknown instruction "addd"`},
		{"add a0,a1", 10, `expected ","`},
		{"add a0,a1,a2,a3", 13, "unexpected"},
		{"add a0,a1,fa2", 11, "not an integer register"},
		{"add a0,a1,x32", 11, "not a register"},
		{"addi a0,a1,2048", 12, "2048 is outside -2048..2047"},
		{"addi a0,a1,0xfff", 12, "4095 is outside -2048..2047"},
		{"addi a0,a1,5_0", 12, "not a constant"},
		{"lui a0,-1", 8, "-1 is outside 0..1048575"},
		{"beq a0,a1,3", 11, "3 is not a multiple of 2"},
		{"fadd.s fa0,fa1,fa2,rm5", 20, "rounding mode 5 is reserved"},
		{"fadd.s fa0,fa1,fa2,abc", 20, "not a valid rm"},
		{"slli a0,a0,64", 12, "64 is outside 0..63"},
		{"fence 1,rw", 7, "fence sets"},
		{"cm.jt 32", 7, "32 is outside 0..31"},
		{"cm.jalt 31", 9, "31 is outside 32..255"},
		{"sspush a0", 8, "operand is a0, not ra or t0"},
		{"sspopchk a1", 10, "operand is a1, not ra or t0"},
		{"ssrdp zero", 7, "rd must not be zero"},
		{"c.nop 0", 7, "a constant of 0 is not written"},
		{"c.lwsp a0,8(x3)", 13, `expected "sp"`},
		{"vlseg2e8.v v31,(a0)", 12, "vlseg2e8.v: the segment ends"},
		{"zext.h a0,fa0", 11, "not an integer register"},
		{"fence rw", 7, "fence sets"},
		{"fence wr,w", 7, "fence sets"},
		{"csrr a0,bogus", 9, "not a valid csr"},
		{"vadd.vv v0,v1,v2,v0.t", 9, "vd must not be v0"},
		{"vsetvli a0,a1,e128", 15, "not a constant"},
		{"vsetvli a0,a1,e8,ta,m1", 15, "not a constant"},
		{"c.addi a0,32", 11, "32 is outside -32..31"},
		{"c.lw a0,0(sp)", 11, "not one of x8 to x15"},
		{"c.lui a0,0", 10, "immediate must not be 0"},
		{"cm.push {ra},-8", 14, "immediate -8 is outside 0..48"},
		{"cm.push {s0},-16", 9, "not a register list"},
		{"prefetch.r 8(a0)", 12, "not a multiple of 32"},
		{"amocas.q a1,a2,(a3)", 10, "even registers"},
		{"jal a0,1048576", 8, "1048576 is outside -1048576..1048574"},
		{"add a0,a1,4096", 11, "4096 is outside -2048..2047"},
		{"csrrw a0,5,32", 12, "32 is outside 0..31"},
		{"csrr a0,4096", 9, "not a valid csr"},
		{"amoadd.w a0,a1,4(a2)", 16, `expected "("`},
		{"lw a0,(8-4)+4(sp)", 7, "not a constant"},
	} {
		_, err := isa.Parse(v.line)
		var e *isa.ParseError
		if !errors.As(err, &e) {
			t.Errorf("Parse(%q): %v, want a ParseError", v.line, err)
			continue
		}
		if e.Column != v.column || !strings.Contains(e.Msg, v.msg) {
			t.Errorf("Parse(%q): column %d: %s; want column %d: %s", v.line, e.Column, e.Msg, v.column, v.msg)
		}
	}
}

func TestParseWithSymbols(t *testing.T) {
	resolve := func(expr string, column int, o isa.Operand) (int64, error) {
		switch {
		case expr == "(1<<3)-1" && column == 13:
			return 7, nil
		case expr == "(8-4)+4", expr == "X+1" && o.Name == "csr", expr == "N" && o.Name == "avl":
			return 8, nil
		case expr == "big":
			return 5000, nil
		case expr == "%lo(x + 4)" && o.Name == "imm12":
			return 12, nil
		case expr == "loop" && o.Name == "bimm":
			return -8, nil
		}
		return 0, errors.New("no symbol " + expr)
	}
	for line, want := range map[string]string{
		"lw a0, %lo(x + 4)(a1)": "lw a0,12(a1)",
		"beq a0, a1, loop":      "beq a0,a1,-8",
		"andi a0, a0,(1<<3)-1":  "andi a0,a0,7",
		"ld a0, (8-4)+4 (sp)":   "ld a0,8(sp)",
		"csrr a0,X+1":           "csrrs a0,vstart,zero",
		"vsetivli a0,N,e8,m1":   "vsetivli a0,8,e8,m1,tu,mu",
	} {
		if in, err := isa.ParseWith(line, resolve); err != nil || in.String() != want {
			t.Errorf("ParseWith(%q) = %s, %v; want %s", line, in, err, want)
		}
	}
	if _, err := isa.ParseWith("csrr a0,big", resolve); err == nil || !strings.Contains(err.Error(), "5000 is outside 0..4095") {
		t.Errorf("a csr that is none: %v", err)
	}
	if _, err := isa.ParseWith("j nowhere", resolve); err == nil || !strings.Contains(err.Error(), "no symbol nowhere") {
		t.Errorf("a symbol that does not resolve: %v", err)
	}
}
