package diff

import (
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// The constant that a memory layout stands for.
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
		{air.BoolType, []byte{1}, "true"},
		{m.Types.Optional(air.U8), []byte{5, 0}, "null"},
		{m.Types.Optional(air.U8), []byte{5, 1}, "5"},
		{m.Types.Array(2, air.U8), []byte{1, 2}, ".{ 1, 2 }"},
		{pair, []byte{3, 0, 0xfe, 0xff}, ".{ 3, -2 }"},
		{m.Types.ErrorUnion(set, air.U8), []byte{1, 0, 9, 0}, "error.A"},
		{m.Types.ErrorUnion(set, air.U8), []byte{0, 0, 9, 0}, "9"},
	}
	for _, test := range tests {
		if got := Constant(test.typ, test.bytes); got == nil || !strings.Contains(got.String(), test.want) {
			t.Errorf("%s of % x is %v, want %s", test.typ, test.bytes, got, test.want)
		}
	}
	if v := Constant(m.Types.Pointer(air.U8), make([]byte, 8)); v != nil {
		t.Errorf("a pointer was read as %s", v)
	}
}
