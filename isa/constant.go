package isa

import (
	"slices"
	"strconv"
	"strings"
)

// appendVType appends the text of a vtype operand, "e32,m1,ta,ma", or its number where the manual has no name for it: such a
// vtype is reserved, but the instruction is not, and sets vill (V 6.1).
func appendVType(dst []byte, v int64) []byte {
	if v>>8 != 0 || v&7 == 4 || v>>5&1 != 0 {
		return strconv.AppendInt(dst, v, 10)
	}
	dst = append(dst, 'e')
	dst = strconv.AppendInt(dst, 8<<(v>>3&7), 10)
	dst = append(dst, ',')
	dst = append(dst, vlmulNames[v&7]...)
	dst = append(dst, [2]string{",tu", ",ta"}[v>>6&1]...)
	return append(dst, [2]string{",mu", ",ma"}[v>>7&1]...)
}

var vlmulNames = [8]string{"m1", "m2", "m4", "m8", "", "mf8", "mf4", "mf2"}

// ParseVType parses a vtype as vsetvli takes it: "e32,m1,ta,ma" with the defaults m1, tu and mu, or a number.
func ParseVType(s string) (int64, bool) {
	if v, ok := parseInt(s); ok {
		return v, true
	}
	parts := strings.Split(s, ",")
	sew, ok := strings.CutPrefix(strings.TrimSpace(parts[0]), "e")
	if !ok {
		return 0, false
	}
	at := slices.Index([]string{"8", "16", "32", "64"}, sew)
	if at < 0 {
		return 0, false
	}
	v := int64(at) << 3
	stage := 0
	for _, part := range parts[1:] {
		bits, next := vtypePart(strings.TrimSpace(part))
		if next <= stage {
			return 0, false
		}
		v, stage = v|bits, next
	}
	return v, true
}

// vtypePart returns the bits of one word of a vtype and its place in the order, or place 0 for any other word.
func vtypePart(part string) (bits int64, place int) {
	switch part {
	case "tu":
		return 0, 2
	case "ta":
		return 1 << 6, 2
	case "mu":
		return 0, 3
	case "ma":
		return 1 << 7, 3
	case "":
		return 0, 0
	}
	if at := slices.Index(vlmulNames[:], part); at >= 0 {
		return int64(at), 1
	}
	return 0, 0
}

// appendFence appends the sets of a fence, "iorw,w"; an empty set is 0. A reserved mode comes before them.
func appendFence(dst []byte, v int64) []byte {
	if mode := v >> 8; mode != 0 {
		dst = append(strconv.AppendInt(dst, mode, 10), ',')
	}
	dst = appendSet(dst, v>>4&15)
	dst = append(dst, ',')
	return appendSet(dst, v&15)
}

func appendSet(dst []byte, v int64) []byte {
	if v == 0 {
		return append(dst, '0')
	}
	for i, letter := range []byte("iorw") {
		if v&(8>>i) != 0 {
			dst = append(dst, letter)
		}
	}
	return dst
}

// parseSet parses one set of a fence: letters of "iorw" in that order, or 0.
func parseSet(s string) (int64, bool) {
	if s == "0" {
		return 0, true
	}
	v, last := int64(0), -1
	for _, letter := range []byte(s) {
		at := strings.IndexByte("iorw", letter)
		if at <= last {
			return 0, false
		}
		v, last = v|8>>at, at
	}
	return v, s != ""
}

// fliNames are the constants of the fli instructions by index, as the assembler writes them; "min" is the least
// positive normal number of the format.
var fliNames = [32]string{
	"-1.0", "min", "1.52587890625e-05", "3.0517578125e-05", "0.00390625", "0.0078125", "0.0625", "0.125",
	"0.25", "0.3125", "0.375", "0.4375", "0.5", "0.625", "0.75", "0.875",
	"1.0", "1.25", "1.5", "1.75", "2.0", "2.5", "3.0", "4.0",
	"8.0", "16.0", "128.0", "256.0", "32768.0", "65536.0", "inf", "nan",
}

func fliText(v int64) string {
	if v < 0 || v > 31 {
		return strconv.FormatInt(v, 10)
	}
	return fliNames[v]
}

// parseFLI returns the index of an fli constant: min, inf, nan or any spelling of the number.
func parseFLI(s string) (int64, bool) {
	if at := slices.Index(fliNames[:], s); at >= 0 {
		return int64(at), true
	}
	want, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, false
	}
	for i, name := range fliNames {
		if have, err := strconv.ParseFloat(name, 64); err == nil && have == want {
			return int64(i), true
		}
	}
	return 0, false
}

// rlistText returns the register list of cm.push and cm.pop: 4 is {ra}, 6 {ra, s0-s1}, 15 {ra, s0-s11}.
func rlistText(v uint8) string {
	switch {
	case v < 4 || v > 15:
		return strconv.Itoa(int(v))
	case v == 4:
		return "{ra}"
	case v == 5:
		return "{ra, s0}"
	case v == 15:
		return "{ra, s0-s11}"
	}
	return "{ra, s0-s" + strconv.Itoa(int(v)-5) + "}"
}

// parseRList is the inverse of rlistText; it also takes x-names ({x1, x8-x9, x18}) and no blanks.
func parseRList(s string) (uint8, bool) {
	s = strings.ReplaceAll(s, " ", "")
	for v := uint8(4); v <= 15; v++ {
		if s == strings.ReplaceAll(rlistText(v), " ", "") || s == rlistNumeric(v) {
			return v, true
		}
	}
	return 0, false
}

func rlistNumeric(v uint8) string {
	switch {
	case v == 4:
		return "{x1}"
	case v == 5:
		return "{x1,x8}"
	case v == 6:
		return "{x1,x8-x9}"
	case v == 7:
		return "{x1,x8-x9,x18}"
	case v == 15:
		return "{x1,x8-x9,x18-x27}"
	}
	return "{x1,x8-x9,x18-x" + strconv.Itoa(int(v)+11) + "}"
}

// stackBase returns the bytes that the registers of a list need, rounded up to 16.
func stackBase(rlist uint8) int64 {
	registers := int64(rlist) - 3
	if rlist == 15 {
		registers = 13
	}
	return (registers*8 + 15) &^ 15
}

// stackAdjust returns the stack adjustment that the text of cm.push and cm.pop shows.
func stackAdjust(in *Inst) int64 {
	v := stackBase(in.RList) + in.Imm
	if in.Op == CM_PUSH {
		return -v
	}
	return v
}
