package diff

import (
	"encoding/binary"
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// passArguments puts the arguments of a run where the entry expects them. An
// entry takes scalars: each is one canonical word.
func (k *Checker) passArguments(call *abi.Call, args []*air.Value) error {
	m := k.machine
	sp := uint64(stackTop) - uint64(call.StackSize+15)&^15
	for i, v := range args {
		for _, piece := range call.Params[i].Pieces() {
			word, err := k.argument(v)
			if err != nil {
				return err
			}
			if piece.Kind == abi.Register {
				m.SetX(int(piece.Reg), word)
				continue
			}
			var bytes [8]byte
			binary.LittleEndian.PutUint64(bytes[:], word)
			if err := m.WriteMemory(sp+uint64(piece.Offset), bytes[:]); err != nil {
				return err
			}
		}
	}
	if call.Result.ByRef {
		if err := m.Map(rv64.Region{Name: "result", Addr: resultBase, Size: call.Result.Type.Size(), Rights: rv64.Read | rv64.Write}); err != nil {
			return err
		}
		m.SetX(int(call.Result.Pieces()[0].Reg), resultBase)
	}
	m.SetX(2, sp)
	return nil
}

// argument gives the canonical word of a scalar constant.
func (k *Checker) argument(v *air.Value) (uint64, error) {
	if v.Kind == air.SymbolValue {
		s, ok := k.image.Symbol(v.Symbol)
		if !ok {
			return 0, fmt.Errorf("argument @%s is not in the image", v.Symbol)
		}
		return s.Addr + uint64(v.Offset), nil
	}
	t, ok := v.Type.Scalar()
	if !ok || v.Kind != air.IntValue || t.Bits > 64 {
		return 0, fmt.Errorf("an argument of type %s is no scalar", v.Type)
	}
	return canonical(v.Uint64(), t), nil
}

// canonical extends the low bits of v as the psABI has scalars: by their own
// signedness to 32 bits and from there as signed; over 32 bits by their own.
func canonical(v uint64, t *air.Type) uint64 {
	if t.Bits == 0 {
		return 0
	}
	shift := 64 - t.Bits
	if t.Signed {
		v = uint64(int64(v<<shift) >> shift)
	} else {
		v = v << shift >> shift
	}
	if t.Bits <= 32 {
		v = uint64(int64(int32(v)))
	}
	return v
}

// takeResult reads what a function returned, in its memory layout.
func (k *Checker) takeResult(call *abi.Call, out *oracle.Outcome) {
	t := call.Result.Type
	size := t.Size()
	out.Result, out.Defined = make([]byte, size), make([]byte, size)
	if call.Result.ByRef {
		if err := k.machine.ReadMemoryInto(resultBase, out.Result, out.Defined); err != nil {
			clear(out.Defined)
		}
		return
	}
	for _, piece := range call.Result.Pieces() {
		value, defined := k.register(int(piece.Reg.Num()), piece.Reg.IsFloat())
		for b := int64(0); b < piece.Size; b++ {
			out.Result[piece.At+b], out.Defined[piece.At+b] = byte(value>>(8*b)), byte(defined>>(8*b))
		}
		if s, ok := t.Scalar(); ok && s.Bits <= 64 && t.HasBits() && defined == ^uint64(0) && value != canonical(value, s) {
			out.Ending, out.Reason = oracle.Broken, "not-canonical"
			out.Place = fmt.Sprintf("the result of type %s is %#x", t, value)
		}
	}
}

func (k *Checker) register(n int, float bool) (value, defined uint64) {
	if float {
		return k.machine.F(n), k.machine.FDefined(n)
	}
	return k.machine.X(n), k.machine.XDefined(n)
}

// extern answers a call of an extern function: it is written down, and its
// result made from what it was called with.
func (k *Checker) extern(m *rv64.Machine, f *air.Func) bool {
	call, err := abi.Classify(f.Type)
	if err != nil {
		m.End(oracle.Unsupported, err.Error(), "@"+f.Name)
		return true
	}
	args := make([]uint64, 0, len(f.Type.Params))
	for i := range call.Params {
		for _, piece := range call.Params[i].Pieces() {
			args = append(args, k.word(m, &piece))
		}
	}
	k.host.calls = append(k.host.calls, oracle.Call{Name: f.Name, Args: args})
	result, _ := answer(f.Name, args)
	if t, ok := f.Type.Elem.Scalar(); ok && f.Type.Elem.HasBits() {
		m.SetX(10, canonical(result, t))
	}
	return m.Return()
}

func (k *Checker) word(m *rv64.Machine, piece *abi.Loc) uint64 {
	if piece.Kind == abi.Register {
		return m.X(int(piece.Reg.Num()))
	}
	var bytes [8]byte
	if err := m.ReadMemoryInto(m.X(2)+uint64(piece.Offset), bytes[:], nil); err != nil {
		return 0
	}
	return binary.LittleEndian.Uint64(bytes[:])
}

// answer is what an extern function returns: a number that depends on all it
// was given, the same for every oracle.
func answer(name string, args []uint64) (result uint64, ok bool) {
	const prime = 0x100000001b3 // of the FNV hash
	result = 0xcbf29ce484222325
	for i := range len(name) {
		result = (result ^ uint64(name[i])) * prime
	}
	for _, a := range args {
		result = (result ^ a ^ a>>32) * prime
	}
	return result, true
}
