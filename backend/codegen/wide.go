package codegen

import "github.com/rvfuzz/rvfuzz/backend/air"

// wideOrFloat translates an operation on what is no integer of at most 64 bits, or gives
// the error that names its type.
func (f *function) wideOrFloat(i air.Index, err error) error {
	if err == nil {
		err = f.unsupported(f.typeOf(f.inst(i).Ops[1]).String())
	}
	switch f.inst(i).Tag {
	case air.Abs:
		if f.typeOf(f.inst(i).Ops[0]).Kind == air.Float {
			return f.floatUnary(i)
		}
	case air.CmpLt, air.CmpLte, air.CmpEq, air.CmpGte, air.CmpGt, air.CmpNeq, air.CmpLtOptimized, air.CmpLteOptimized,
		air.CmpEqOptimized, air.CmpGteOptimized, air.CmpGtOptimized, air.CmpNeqOptimized:
		return f.floatCompare(i, err)
	}
	return f.floatBinary(i, err)
}

// wideCast translates an integer cast from or to more than 64 bits.
func (f *function) wideCast(i air.Index, err error) error { return err }
