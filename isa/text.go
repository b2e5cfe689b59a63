package isa

import (
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// text is the assembler form of a row, compiled for printing and parsing.
type text struct {
	tokens  []token // operands and literal text, in order
	varName bool    // an operand is part of the mnemonic
}

// token is literal text if kind is nil. A token with inName is printed by name, not among the operands.
type token struct {
	lit    string
	kind   *kind
	inName bool
	twice  bool // of an alias: the register fills both sources
	isReg  bool // the text is the name of reg
	reg    Reg
	// opensAddress is set on a parenthesis that no offset comes before: a zero may be written there.
	opensAddress bool
}

var texts = buildTexts()

func buildTexts() [NumOps + 1]text {
	var out [NumOps + 1]text
	byForm := make(map[table.Form]text)
	for i, r := range table.Rows() {
		t, ok := byForm[r.Form]
		if !ok {
			t = compileText(r.Form.Args())
			byForm[r.Form] = t
		}
		out[i+1] = t
	}
	return out
}

func compileText(args string) text {
	var t text
	head, tail, ok := strings.Cut(args, " ")
	if !ok {
		head, tail = "", args
	}
	for _, word := range splitArgs(head) {
		t.tokens = append(t.tokens, token{kind: kindByName[word], inName: true})
		t.varName = true
	}
	for _, word := range splitArgs(tail) {
		t.tokens = append(t.tokens, newToken(word))
	}
	markAddresses(t.tokens)
	return t
}

func newToken(word string) token {
	t := token{lit: word, kind: kindByName[word]}
	if t.kind == nil {
		t.reg, t.isReg = ParseReg(word)
	}
	return t
}

func markAddresses(tokens []token) {
	for i := range tokens {
		tokens[i].opensAddress = tokens[i].lit == "(" && (i == 0 || tokens[i-1].kind == nil)
	}
}

// String returns the instruction in GNU syntax without aliases: "addi a0,sp,16", "beq a0,zero,-8". Distances are
// relative to the instruction. It does not check the operands; the text of an Inst that Encode refuses may not parse.
func (in Inst) String() string { return string(in.AppendText(nil)) }

// AppendText appends the text of String to dst.
func (in Inst) AppendText(dst []byte) []byte {
	if !in.Op.valid() {
		return append(dst, "op?"...)
	}
	t := &texts[in.Op]
	dst = appendName(dst, &in, t)
	first, comma := true, false
	for _, tok := range t.tokens {
		switch {
		case tok.inName:
		case tok.lit == ",":
			comma = true
		case tok.kind != nil && isOmitted(&in, tok.kind):
			comma = false
		default:
			if first {
				dst = append(dst, ' ')
			} else if comma {
				dst = append(dst, ',')
			}
			first, comma = false, false
			dst = appendToken(dst, &in, tok)
		}
	}
	return dst
}

// isOmitted reports whether the text leaves out an operand because it has its default.
func isOmitted(in *Inst, k *kind) bool {
	switch k.Slot {
	case table.SlotRM:
		return in.RM == 0
	case table.SlotVM:
		return in.VM == 0
	}
	return k.Style == table.OptDec && in.Imm == 0 || in.Op == FENCE && in.Imm == FenceTSO
}

// appendName appends the mnemonic with the operands that are part of it.
func appendName(dst []byte, in *Inst, t *text) []byte {
	name := rows[in.Op].Mnemonic
	switch {
	case in.Op == FENCE && in.Imm == FenceTSO:
		return append(dst, "fence.tso"...)
	case in.Op == CM_JALT && in.Imm < 32:
		return append(dst, "cm.jt"...)
	case t.varName:
		return appendVarName(dst, in, name, t.tokens[0].kind)
	}
	return append(dst, name...)
}

func appendVarName(dst []byte, in *Inst, name string, k *kind) []byte {
	switch k.Slot {
	case table.SlotAqRl:
		order := AqRl(codes[in.Op].fixed >> 25 & 3) // which the name has already
		name = strings.TrimSuffix(name, order.String())
		return append(append(dst, name...), (order | in.AqRl).String()...)
	case table.SlotNF:
		if in.NF == 0 {
			return append(dst, name...)
		}
		at := strings.IndexByte(name, 'e')
		dst = append(append(dst, name[:at]...), "seg"...)
		dst = strconv.AppendInt(dst, int64(in.NF)+1, 10)
		return append(dst, name[at:]...)
	}
	dst = append(dst, strings.TrimSuffix(name, "N")...)
	return strconv.AppendInt(dst, in.Imm, 10)
}

// segmentName returns the name of the n-register form of a vector load or store: vle8.v becomes vlseg2e8.v, vluxei8.v
// vluxseg2ei8.v.
func segmentName(name string, n int) string {
	at := strings.IndexByte(name, 'e')
	return name[:at] + "seg" + strconv.Itoa(n) + name[at:]
}

func appendToken(dst []byte, in *Inst, tok token) []byte {
	if tok.kind == nil {
		return append(dst, tok.lit...)
	}
	k := tok.kind
	switch k.Slot {
	case table.SlotRd:
		return append(dst, in.Rd.String()...)
	case table.SlotRs1:
		return append(dst, in.Rs1.String()...)
	case table.SlotRs2:
		return append(dst, in.Rs2.String()...)
	case table.SlotRs3:
		return append(dst, in.Rs3.String()...)
	case table.SlotRM:
		return append(dst, in.RM.String()...)
	case table.SlotVM:
		return append(dst, "v0.t"...)
	case table.SlotCSR:
		return append(dst, CSRName(in.CSR)...)
	case table.SlotAVL:
		return strconv.AppendInt(dst, int64(in.AVL), 10)
	case table.SlotRList:
		return append(dst, rlistText(in.RList)...)
	}
	return appendImm(dst, in, k)
}

func appendImm(dst []byte, in *Inst, k *kind) []byte {
	switch k.Style {
	case table.Hex:
		return strconv.AppendInt(append(dst, "0x"...), in.Imm, 16)
	case table.VType:
		return appendVType(dst, in.Imm)
	case table.Fence:
		return appendFence(dst, in.Imm)
	case table.FLI:
		return append(dst, fliText(in.Imm)...)
	case table.SPAdj:
		return strconv.AppendInt(dst, stackAdjust(in), 10)
	}
	return strconv.AppendInt(dst, in.Imm, 10)
}
