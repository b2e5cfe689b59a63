package mir

import (
	"strconv"

	"github.com/rvfuzz/rvfuzz/isa"
)

// String returns the text of the function, which Parse reads back.
func (f *Function) String() string { return string(f.AppendText(nil)) }

// AppendText appends the text of the function to dst.
func (f *Function) AppendText(dst []byte) []byte {
	dst = appendSymbol(append(dst, "func "...), f.Name)
	if f.File != "" {
		dst = strconv.AppendQuote(append(dst, " file "...), f.File)
	}
	dst = append(dst, " {\n"...)
	dst = f.Frame.appendText(dst)
	for i := range f.Insts {
		dst = append(f.AppendInst(dst, i), '\n')
	}
	return append(dst, "}\n"...)
}

// AppendInst appends the text of one instruction, without a newline.
func (f *Function) AppendInst(dst []byte, index int) []byte {
	in := &f.Insts[index]
	switch in.Op {
	case Bind:
		return append(appendLabel(dst, in.N), ':')
	case Real:
		return in.I.AppendText(append(dst, "  "...))
	}
	dst = append(append(dst, "  "...), in.Op.String()...)
	if in.Op >= numOps {
		return dst
	}
	separator := " "
	for _, o := range table[in.Op].operands {
		dst = f.appendOperand(append(dst, separator...), in, o)
		separator = ", "
		if o == loadOp || o == storeOp || o == branchOp {
			separator = " "
		}
	}
	return dst
}

func (f *Function) appendOperand(dst []byte, in *Inst, o operand) []byte {
	switch o {
	case rd, dest:
		return append(dst, in.I.Rd.String()...)
	case rs1:
		return append(dst, in.I.Rs1.String()...)
	case rs2, data:
		return append(dst, in.I.Rs2.String()...)
	case imm:
		return strconv.AppendInt(dst, in.I.Imm, 10)
	case loadOp, storeOp, branchOp:
		return append(dst, in.I.Op.String()...)
	case mem:
		return in.Mem.appendText(dst)
	case label:
		return appendLabel(dst, in.N)
	case labels:
		return f.appendTable(dst, in.N)
	case symbol:
		return appendSymbol(dst, in.Symbol)
	case addend:
		return appendOffset(appendSymbol(dst, in.Symbol), in.I.Imm)
	case location:
		return f.appendLocation(dst, in.N)
	case line:
		dst = append(strconv.AppendUint(dst, uint64(in.N), 10), ':')
		return strconv.AppendInt(dst, in.I.Imm, 10)
	}
	panic("mir: every operand kind of the table has a text form")
}

func appendLabel(dst []byte, l Label) []byte {
	return strconv.AppendUint(append(dst, ".L"...), uint64(l), 10)
}

func (f *Function) appendTable(dst []byte, n uint32) []byte {
	dst = append(dst, '{')
	if int(n) < len(f.Tables) {
		for i, l := range f.Tables[n] {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = appendLabel(dst, l)
		}
	}
	return append(dst, '}')
}

func (f *Function) appendLocation(dst []byte, n uint32) []byte {
	if int(n) >= len(f.Locations) {
		return append(dst, "?"...)
	}
	r := &f.Locations[n]
	dst = strconv.AppendUint(append(dst, '%'), uint64(r.Inst), 10)
	dst = append(append(dst, ' '), r.Site...)
	return r.Loc.appendText(append(dst, ' '))
}

func (l *Loc) appendText(dst []byte) []byte {
	switch l.Kind {
	case LocReg:
		dst = append(dst, l.Reg.String()...)
	case LocMem:
		dst = l.Mem.appendText(dst)
	case LocAddress:
		dst = l.Mem.appendText(append(dst, '&'))
	default:
		dst = append(dst, "none"...)
	}
	if l.Bits != 0 || l.Signed {
		sign := " u"
		if l.Signed {
			sign = " i"
		}
		dst = strconv.AppendUint(append(dst, sign...), uint64(l.Bits), 10)
	}
	if l.Size != 0 {
		dst = strconv.AppendUint(append(dst, " size "...), uint64(l.Size), 10)
	}
	return dst
}

func (m Mem) appendText(dst []byte) []byte {
	dst = append(dst, '[')
	if m.Frame == NoFrame || m.Reg != isa.Zero {
		dst = append(dst, m.Reg.String()...)
	}
	if m.Frame != NoFrame && m.Reg != isa.Zero {
		dst = append(dst, '+')
	}
	if m.Frame != NoFrame {
		dst = append(dst, m.Frame.String()...)
	}
	return append(appendOffset(dst, m.Disp), ']')
}

// appendOffset appends +v, -v or, for zero, nothing.
func appendOffset(dst []byte, v int64) []byte {
	switch {
	case v > 0:
		return strconv.AppendInt(append(dst, '+'), v, 10)
	case v < 0:
		return strconv.AppendInt(dst, v, 10)
	}
	return dst
}

func appendSymbol(dst []byte, name string) []byte {
	dst = append(dst, '@')
	if n := symbolLength(name); n == len(name) && n > 0 {
		return append(dst, name...)
	}
	return strconv.AppendQuote(dst, name)
}

// symbolLength returns the length of the unquoted symbol name at the start of s.
func symbolLength(s string) int {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '_' && c != '.' && c != '$' && (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') {
			return i
		}
	}
	return len(s)
}

func (fr *Frame) appendText(dst []byte) []byte {
	if fr.Size != 0 || fr.Align != 0 || fr.Saved != 0 || fr.SavesRA || fr.UsesFP {
		dst = strconv.AppendInt(append(dst, "  frame size "...), fr.Size, 10)
		if fr.Align != 0 {
			dst = strconv.AppendInt(append(dst, " align "...), fr.Align, 10)
		}
		if fr.SavesRA {
			dst = append(dst, " ra"...)
		}
		if fr.UsesFP {
			dst = append(dst, " fp"...)
		}
		if fr.Saved != 0 {
			dst = fr.Saved.appendText(append(dst, " saved "...))
		}
		dst = append(dst, '\n')
	}
	for i, loc := range fr.Locs {
		if loc == (FrameLoc{}) {
			continue
		}
		dst = append(append(dst, "  slot "...), FrameIndex(i).String()...)
		dst = append(append(dst, ' '), loc.Base.String()...)
		dst = append(appendOffset(dst, loc.Disp), '\n')
	}
	return dst
}

// String returns the set as MIR text does: {s1, fs0}.
func (l RegisterList) String() string { return string(l.appendText(nil)) }

func (l RegisterList) appendText(dst []byte) []byte {
	dst = append(dst, '{')
	l.All(func(i int, r isa.Reg) bool {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(dst, r.String()...)
		return true
	})
	return append(dst, '}')
}
