package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/legalize"
	"github.com/rvfuzz/rvfuzz/backend/target"
)

// Keeps returns what codegen has instructions for on a target, of what package legalize would replace.
func Keeps(features target.Features) legalize.Keeps {
	switch {
	case features.V && features.Zfh:
		return func(f *air.Func, in *air.Inst) bool { return keepsVector(f, in) || keepsHalf(f, in) }
	case features.V:
		return keepsVector
	case features.Zfh:
		return keepsHalf
	}
	return nil
}

// keepsVector reports whether the vector unit has an operation.
func keepsVector(f *air.Func, in *air.Inst) bool {
	_, ok := vectorOp(f, in)
	return ok
}

// keepsHalf reports whether Zfh has instructions for an operation on f16: all but the remainders, and conversions from
// and to integers of more than a register.
func keepsHalf(f *air.Func, in *air.Inst) bool {
	switch in.Tag {
	case air.Rem, air.RemOptimized, air.Mod, air.ModOptimized:
		return false
	case air.FloatFromInt:
		return in.Type == air.F16 && fitsRegister(f.TypeOf(in.Ops[0]))
	case air.IntFromFloat, air.IntFromFloatOptimized, air.IntFromFloatSafe, air.IntFromFloatOptimizedSafe:
		return fitsRegister(in.Type)
	}
	return in.Type.Kind != air.Vector && f.TypeOf(in.Ops[0]) == air.F16
}

func fitsRegister(t *air.Type) bool {
	_, ok := scalarOf(t)
	return ok
}
