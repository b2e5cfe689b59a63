package isa_test

import (
	"fmt"
	"testing"

	"github.com/rvfuzz/rvfuzz/isa"
)

func TestAppendListing(t *testing.T) {
	symbol := func(dst []byte, address uint64) []byte { return fmt.Appendf(dst, " <f+%d>", address-0x1000) }
	for _, c := range []struct{ text, want, plain string }{
		{"addi zero,zero,0", "nop", "addi\tzero,zero,0"},
		{"addi a0,zero,-1", "li\ta0,-1", "addi\ta0,zero,-1"},
		{"addi a0,a1,0", "mv\ta0,a1", "addi\ta0,a1,0"},
		{"c.mv a0,a1", "mv\ta0,a1", "c.mv\ta0,a1"},
		{"c.addi16sp sp,-64", "addi\tsp,sp,-64", "c.addi16sp\tsp,-64"},
		{"c.jr ra", "ret", "c.jr\tra"},
		{"c.jalr a5", "jalr\ta5", "c.jalr\ta5"},
		{"jalr ra,8(a5)", "jalr\t8(a5)", "jalr\tra,8(a5)"},
		{"jalr t0,8(a5)", "jalr\tt0,8(a5)", "jalr\tt0,8(a5)"},
		{"jalr zero,8(a5)", "jr\t8(a5)", "jalr\tzero,8(a5)"},
		{"beq a0,zero,8", "beqz\ta0,1108 <f+264>", "beq\ta0,zero,1108 <f+264>"},
		{"bge zero,a0,-8", "blez\ta0,10f8 <f+248>", "bge\tzero,a0,10f8 <f+248>"},
		{"jal zero,16", "j\t1110 <f+272>", "jal\tzero,1110 <f+272>"},
		{"jal t0,16", "jal\tt0,1110 <f+272>", "jal\tt0,1110 <f+272>"},
		{"ori zero,a0,33", "prefetch.r\t32(a0)", "ori\tzero,a0,33"},
		{"ori zero,a0,34", "ori\tzero,a0,34", "ori\tzero,a0,34"},
		{"csrrs a0,cycle,zero", "rdcycle\ta0", "csrrs\ta0,cycle,zero"},
		{"csrrs a0,mstatus,zero", "csrr\ta0,mstatus", "csrrs\ta0,mstatus,zero"},
		{"csrrw zero,fcsr,a0", "fscsr\ta0", "csrrw\tzero,fcsr,a0"},
		{"fsgnj.d fa0,fa1,fa1", "fmv.d\tfa0,fa1", "fsgnj.d\tfa0,fa1,fa1"},
		{"fsgnj.d fa0,fa1,fa2", "fsgnj.d\tfa0,fa1,fa2", "fsgnj.d\tfa0,fa1,fa2"},
		{"vmxor.mm v1,v1,v1", "vmclr.m\tv1", "vmxor.mm\tv1,v1,v1"},
		{"vmxor.mm v1,v2,v2", "vmxor.mm\tv1,v2,v2", "vmxor.mm\tv1,v2,v2"},
		{"vxor.vi v1,v2,-1,v0.t", "vnot.v\tv1,v2,v0.t", "vxor.vi\tv1,v2,-1,v0.t"},
		{"fence iorw,iorw", "fence", "fence\tiorw,iorw"},
		{"fence w,0", "pause", "fence\tw,0"},
		{"packw a0,a1,zero", "zext.h\ta0,a1", "packw\ta0,a1,zero"},
		{"vlseg2e8.v v2,(a0)", "vlseg2e8.v\tv2,(a0)", "vlseg2e8.v\tv2,(a0)"},
		{"c.li zero,3", "c.li\tzero,3", "c.li\tzero,3"}, // a hint
	} {
		in, err := isa.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		for plain, want := range map[bool]string{false: c.want, true: c.plain} {
			got := string(in.AppendListing(nil, &isa.Listing{Address: 0x1100, Plain: plain, Symbol: symbol}))
			if got != want {
				t.Errorf("%s, plain %v: %q, want %q", c.text, plain, got, want)
			}
		}
	}
}

// TestListingParses checks that the pseudo-instructions that a listing shows stand for the instruction, whatever its operands.
func TestListingParses(t *testing.T) {
	for _, row := range isa.Rows() {
		for n := range uint32(64) {
			word := row.Match | (n*0x9e3779b1)&^row.Mask
			if row.Size == 2 {
				word &= 0xffff
			}
			in, err := row.Op.Decode(word)
			if err != nil || in.Op != row.Op || in.IsHint() {
				continue
			}
			if base, ok := isa.Expand(in); ok {
				in = base
			}
			text := string(in.AppendListing(nil, &isa.Listing{}))
			if hasTarget(row) {
				continue // addresses have no 0x
			}
			if back, err := isa.Parse(text); err != nil || back != in.Canonical() {
				t.Errorf("%s is listed as %q, which is %s, %v", in, text, back, err)
			}
		}
	}
}

func hasTarget(row isa.Row) bool {
	for _, o := range row.Operands {
		if o.Name == "bimm" || o.Name == "jimm" || o.Name == "cb" || o.Name == "cj" {
			return true
		}
	}
	return false
}

func TestDecodeBytes(t *testing.T) {
	for _, c := range []struct {
		code string
		size int
		text string
	}{
		{"\x13\x05\x15\x00\xff", 4, "addi a0,a0,1"},
		{"\x05\x05\x13", 2, "c.addi a0,1"},
		{"\x13\x05\x15", 2, ""},
		{"\x13", 1, ""},
		{"", 0, ""},
		{"\xff\xff\xff\xff", 4, ""},
		{"\x00\x00\x00\x00", 2, ""},
	} {
		in, size, err := isa.DecodeBytes([]byte(c.code))
		if size != c.size || (err == nil) != (c.text != "") || err == nil && in.String() != c.text {
			t.Errorf("%x: %s, %d, %v", c.code, in, size, err)
		}
	}
}
