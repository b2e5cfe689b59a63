package isa

import (
	"strconv"
	"strings"
	"sync"

	"github.com/rvfuzz/rvfuzz/isa/internal/table"
)

// Listing is how AppendListing writes an instruction: as a disassembler does, with the addresses of targets.
type Listing struct {
	Address uint64 // of the instruction
	Plain   bool   // no pseudo-instructions, and 16-bit instructions by their own names
	// Symbol appends what follows the address of a target, such as " <main+0x10>"; nil appends nothing.
	Symbol func(dst []byte, address uint64) []byte
}

// AppendListing appends the text of a disassembler to dst: that of GNU objdump, with a tab after the mnemonic, pseudo-instructions
// where there is one, 16-bit instructions by the names of those that they abbreviate, and the target of a branch or jump as an
// address in hexadecimal digits.
func (in Inst) AppendListing(dst []byte, l *Listing) []byte {
	if !in.Op.valid() {
		return append(dst, "op?"...)
	}
	if !l.Plain {
		if base, ok := Expand(in); ok && !in.IsHint() {
			if in.Op == C_MV { // whose 32-bit form has another name when it is written
				base = Inst{Op: ADDI, Rd: in.Rd, Rs1: in.Rs2}
			}
			in = base
		}
		written := writtenAliases()[in.Op]
		for i := range written {
			if a := &written[i]; a.matches(&in) {
				return appendOperands(append(dst, a.name...), &in, a.form.tokens, a.form.preset.Imm, l)
			}
		}
	}
	t := &texts[in.Op]
	return appendOperands(appendName(dst, &in, t), &in, t.tokens, 0, l)
}

// appendOperands appends operands after a tab. base is the constant that an alias implies.
func appendOperands(dst []byte, in *Inst, tokens []token, base int64, l *Listing) []byte {
	first, comma := true, false
	for _, tok := range tokens {
		switch {
		case tok.inName:
		case tok.lit == ",":
			comma = true
		case tok.kind != nil && isOmitted(in, tok.kind):
			comma = false
		default:
			if first {
				dst = append(dst, '\t')
			} else if comma {
				dst = append(dst, ',')
			}
			first, comma = false, false
			dst = appendListed(dst, in, tok, base, l)
		}
	}
	return dst
}

func appendListed(dst []byte, in *Inst, tok token, base int64, l *Listing) []byte {
	if tok.kind == nil {
		return append(dst, tok.lit...)
	}
	switch tok.kind.Style {
	case table.Offset:
		target := l.Address + uint64(in.Imm)
		dst = strconv.AppendUint(dst, target, 16)
		if l.Symbol != nil {
			dst = l.Symbol(dst, target)
		}
		return dst
	case table.Add:
		return strconv.AppendInt(dst, in.Imm-base, 10)
	}
	return appendToken(dst, in, tok)
}

// writtenAlias is a pseudo-instruction that AppendListing writes.
type writtenAlias struct {
	name   string
	form   *form
	covers [table.SlotRList + 1]bool // by operands that are written
	same   table.Slot                // the operand that Rs1 and Rs2 both equal, or none
}

// matches reports whether the pseudo-instruction stands for in: whatever it does not write is what it implies.
func (a *writtenAlias) matches(in *Inst) bool {
	p := &a.form.preset
	if in.Rd != p.Rd && !a.covers[table.SlotRd] || in.Rs1 != p.Rs1 && !a.covers[table.SlotRs1] ||
		in.Rs2 != p.Rs2 && !a.covers[table.SlotRs2] || in.CSR != p.CSR && !a.covers[table.SlotCSR] ||
		in.VM != p.VM && !a.covers[table.SlotVM] || in.RM != p.RM || in.Imm != p.Imm && !a.covers[table.SlotImm] {
		return false
	}
	switch a.same {
	case table.SlotRd:
		return in.Rs1 == in.Rd && in.Rs2 == in.Rd
	case table.SlotNone:
		return in.Op != ORI || (in.Imm-p.Imm)&31 == 0 // a prefetch
	}
	return in.Rs1 == in.Rs2
}

// writtenNames are the pseudo-instructions that GNU objdump writes too, each before those that also cover its operands.
const writtenNames = "nop li mv not neg negw sext.w zext.b zext.h zext.w seqz snez sltz sgtz beqz bnez blez bgez bltz bgtz j jal ret jr jalr " +
	"fence fence.tso pause unimp ntl.p1 ntl.pall ntl.s1 ntl.all prefetch.i prefetch.r prefetch.w " +
	"rdcycle rdtime rdinstret frcsr fscsr frrm fsrm fsrmi frflags fsflags fsflagsi csrr csrw csrs csrc csrwi csrsi csrci " +
	"fmv.s fabs.s fneg.s fmv.d fabs.d fneg.d fmv.q fabs.q fneg.q fmv.h fabs.h fneg.h sfence.vma hfence.vvma hfence.gvma " +
	"vneg.v vnot.v vwcvt.x.x.v vwcvtu.x.x.v vncvt.x.x.w vfneg.v vfabs.v vmmv.m vmclr.m vmset.m vmnot.m"

var writtenAliases = sync.OnceValue(buildWrittenAliases)

func buildWrittenAliases() *[NumOps + 1][]writtenAlias {
	var written [NumOps + 1][]writtenAlias
	for _, name := range strings.Fields(writtenNames) {
		for _, a := range aliases {
			if a.name != name {
				continue
			}
			for _, args := range strings.Split(a.args, " / ") {
				w := newWrittenAlias(name, &form{preset: a.inst, tokens: aliasTokens(args)})
				if a.inst.Op != JALR || !w.covers[table.SlotRd] || !w.covers[table.SlotImm] { // not jalr rd,rs1,imm12
					written[a.inst.Op] = append(written[a.inst.Op], w)
				}
			}
		}
	}
	return &written
}

func newWrittenAlias(name string, f *form) writtenAlias {
	w := writtenAlias{name: name, form: f}
	for _, t := range f.tokens {
		if t.kind == nil {
			continue
		}
		w.covers[t.kind.Slot] = true
		if t.twice {
			w.covers[table.SlotRs1], w.covers[table.SlotRs2], w.same = true, true, t.kind.Slot
		}
	}
	return w
}
