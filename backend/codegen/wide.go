package codegen

import "github.com/rvfuzz/rvfuzz/backend/air"

// wideOrFloat translates an operation on what is no integer of at most 64 bits, or gives
// the error that names its type.
func (f *function) wideOrFloat(i air.Index, err error) error {
	if err == nil {
		err = f.unsupported(f.typeOf(f.inst(i).Ops[1]).String())
	}
	return err
}

// wideCast translates an integer cast from or to more than 64 bits.
func (f *function) wideCast(i air.Index, err error) error { return err }
