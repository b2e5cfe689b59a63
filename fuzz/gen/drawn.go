package gen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// Constant draws a value of a type for which IsDrawable holds, like the arguments of a case. It is valid for good.
func Constant(s *source.Source, t *air.Type) *air.Value {
	g := New(Config{})
	g.s = s
	return g.constant(t)
}

// IsDrawable reports whether Constant can draw values of t: whether no part of it is an address, an error or a function.
func IsDrawable(t *air.Type) bool {
	switch t.Kind {
	case air.Int, air.Float, air.Bool, air.Void:
		return true
	case air.Enum:
		return len(t.Members) > 0
	case air.Optional, air.Array, air.Vector:
		return IsDrawable(t.Elem)
	case air.Struct, air.Union:
		for i := range t.Fields {
			if !IsDrawable(t.Fields[i].Type) {
				return false
			}
		}
		return len(t.Fields) > 0 && (t.Kind == air.Struct || t.HasTag)
	}
	return false
}
