package llvm

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
)

// initializer returns the type and value of a constant with the memory of an image: a packed struct of bytes, addresses
// and undefined bytes.
func (u *unit) initializer(m *export.Image) string {
	var types, parts []string
	add := func(typ, value string) {
		types, parts = append(types, typ), append(parts, typ+" "+value)
	}
	symbols, at := m.Symbols, 0
	for at < len(m.Data) {
		if len(symbols) > 0 && symbols[0].At == uint64(at) {
			add("ptr", u.address(symbols[0].Name, symbols[0].Offset))
			symbols, at = symbols[1:], at+8
			continue
		}
		end := at + 1
		for end < len(m.Data) && (len(symbols) == 0 || symbols[0].At != uint64(end)) && (m.Defined[end] == 0) == (m.Defined[at] == 0) {
			end++
		}
		if typ := fmt.Sprintf("[%d x i8]", end-at); m.Defined[at] == 0 {
			add(typ, "undef")
		} else {
			add(typ, byteString(m.Data[at:end]))
		}
		at = end
	}
	if len(parts) == 0 {
		add("i8", "undef") // an address of its own
	}
	return "<{ " + strings.Join(types, ", ") + " }> <{ " + strings.Join(parts, ", ") + " }>"
}

func byteString(data []byte) string {
	var s strings.Builder
	s.WriteString(`c"`)
	for _, b := range data {
		fmt.Fprintf(&s, "\\%02X", b)
	}
	s.WriteByte('"')
	return s.String()
}

// address returns the address of a global or function, and so many bytes, as a constant.
func (u *unit) address(name string, offset int64) string {
	if offset == 0 {
		return u.symbol(name)
	}
	return fmt.Sprintf("getelementptr (i8, ptr %s, i64 %d)", u.symbol(name), offset)
}

// constant returns a constant as an operand: for class Bytes the address of its memory.
func (u *unit) constant(v *air.Value) string {
	t := v.Type
	if v.Kind == air.Undef && export.ClassOf(t) != export.Bytes {
		return "undef"
	}
	switch class := export.ClassOf(t); {
	case class == export.Empty:
		return ""
	case class == export.Integer && v.Kind == air.IntValue:
		return v.BigInt().String()
	case class == export.Float && v.Kind == air.IntValue:
		return floatConstant(t, v.BigInt())
	case class == export.Address && v.Kind == air.SymbolValue:
		return u.address(v.Symbol, v.Offset)
	}
	image, err := export.ImageOf(v)
	if err != nil {
		u.fail(err.Error())
		return "undef"
	}
	if export.ClassOf(t) == export.Bytes {
		return u.private(image, t.Align())
	}
	return u.fromImage(t, image)
}

// fromImage returns a constant of a class other than Bytes by its memory.
func (u *unit) fromImage(t *air.Type, m *export.Image) string {
	switch export.ClassOf(t) {
	case export.Vector:
		lanes := make([]string, t.Len)
		for i := range lanes {
			lanes[i] = valueType(t.Elem) + " " + u.laneConstant(t.Elem, m, uint64(i)*t.Elem.BitSize())
		}
		return "<" + strings.Join(lanes, ", ") + ">"
	}
	return u.laneConstant(t, m, 0)
}

// laneConstant returns the scalar whose bits are in an image from an offset on.
func (u *unit) laneConstant(t *air.Type, m *export.Image, offset uint64) string {
	for _, s := range m.Symbols {
		if s.At*8 == offset {
			return u.address(s.Name, s.Offset)
		}
	}
	n := t.BitSize()
	if export.ClassOf(t) == export.Integer {
		bits, _ := export.IntegerOf(t)
		n = uint64(bits)
	}
	x, anyDefined := m.Bits(offset, n)
	switch {
	case !anyDefined:
		return "undef"
	case t.Kind == air.Float:
		return floatConstant(t, x)
	case export.ClassOf(t) == export.Address && x.Sign() == 0:
		return "null"
	case export.ClassOf(t) == export.Address:
		return "inttoptr (i64 " + x.String() + " to ptr)"
	}
	return x.String()
}

// floatConstant returns the float of a bit pattern.
func floatConstant(t *air.Type, pattern *big.Int) string {
	return fmt.Sprintf("bitcast (i%d %s to %s)", t.Bits, pattern, valueType(t))
}

// private returns a constant in memory; equal ones are the same.
func (u *unit) private(m *export.Image, align uint64) string {
	return u.privateText(u.initializer(m), align)
}

func (u *unit) privateText(text string, align uint64) string {
	text = fmt.Sprintf("private constant %s, align %d", text, align)
	if name, ok := u.constants[text]; ok {
		return name
	}
	if u.constants == nil {
		u.constants = map[string]string{}
	}
	name := quoted(u.prefix + ".const" + strconv.Itoa(len(u.constants)))
	u.constants[text] = name
	fmt.Fprintf(&u.text, "%s = %s\n", name, text)
	return name
}

// valueType returns the LLVM type of values of a type: that of an address for class Bytes, nothing for Empty.
func valueType(t *air.Type) string {
	switch export.ClassOf(t) {
	case export.Empty:
		return "void"
	case export.Integer:
		bits, _ := export.IntegerOf(t)
		return intType(bits)
	case export.Float:
		return floatTypes[t.Bits]
	case export.Vector:
		return fmt.Sprintf("<%d x %s>", t.Len, valueType(t.Elem))
	}
	return "ptr"
}

var floatTypes = map[uint32]string{16: "half", 32: "float", 64: "double", 128: "fp128"}

func intType[N uint32 | uint64](bits N) string { return "i" + strconv.FormatUint(uint64(bits), 10) }
