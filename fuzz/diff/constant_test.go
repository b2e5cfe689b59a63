package diff

import (
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// TestConstant checks the constants that memory layouts stand for.
func TestConstant(t *testing.T) {
	m := air.NewModule()
	pair := m.Types.Tuple(air.U8, air.I16)
	set := m.Types.ErrorSet([]air.ErrorMember{{Name: "A", Value: 1}})
	tests := []struct {
		typ   *air.Type
		bytes []byte
		want  string
	}{
		{air.IntType(true, 7), []byte{0x7f}, "-1"},
		{air.IntType(false, 7), []byte{0x7f}, "127"},
		{air.U64, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "18446744073709551615"},
		{air.IntType(true, 65), []byte{0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "-2"},
		{air.IntType(false, 128), []byte{15: 0x80}, "170141183460469231731687303715884105728"},
		{air.BoolType, []byte{1}, "true"},
		{air.F16, []byte{0x00, 0x3e}, "0x3e00"},
		{air.F32, []byte{0, 0, 0xc0, 0x3f}, "1.5"},
		{air.F64, []byte{0, 0, 0, 0, 0, 0, 0xf8, 0xbf}, "-1.5"},
		{air.F128, []byte{15: 0x40}, "0x40000000000000000000000000000000"},
		{m.Types.Optional(air.U8), []byte{5, 0}, "null"},
		{m.Types.Optional(air.U8), []byte{5, 1}, "5"},
		{m.Types.Optional(air.F32), []byte{0, 0, 0xc0, 0x3f, 1, 0, 0, 0}, "1.5"},
		{m.Types.Array(2, air.U8), []byte{1, 2}, ".{ 1, 2 }"},
		{m.Types.Vector(3, air.IntType(true, 5)), []byte{0x3f, 0x7c}, ".{ -1, 1, -1 }"},
		{m.Types.Vector(2, air.F32), []byte{0, 0, 0xc0, 0x3f, 0, 0, 0xc0, 0xbf}, ".{ 1.5, -1.5 }"},
		{pair, []byte{3, 0, 0xfe, 0xff}, ".{ 3, -2 }"},
		{m.Types.ErrorUnion(set, air.U8), []byte{1, 0, 9, 0}, "error.A"},
		{m.Types.ErrorUnion(set, air.U8), []byte{0, 0, 9, 0}, "9"},
	}
	for _, test := range tests {
		got, whole := Constant(test.typ, test.bytes, nil, nil)
		if !whole || !strings.Contains(got.String(), test.want) {
			t.Errorf("%s of % x is %v, want %s", test.typ, test.bytes, got, test.want)
		}
	}
	undefined, whole := Constant(pair, make([]byte, 4), []byte{0xff, 0xff, 0xff, 0}, nil)
	if whole || undefined.Literal() != ".{ 0, undefined }" && undefined.Literal() != ".{ undefined, 0 }" {
		t.Errorf("a pair with an undefined half was read as %s", undefined)
	}
	if v, whole := Constant(m.Types.Pointer(air.U8), make([]byte, 8), nil, nil); whole || v.Kind != air.Undef {
		t.Errorf("without symbols, a pointer was read as %s", v)
	}
}
