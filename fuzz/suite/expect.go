package suite

import (
	"fmt"
	"math/big"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// meets holds an outcome against a run line.
func meets(run *corpus.Run, got *oracle.Outcome) error {
	want := &run.Want
	if got.Ending != want.Ending || want.Reason != "" && got.Reason != want.Reason {
		return fmt.Errorf("%s %s", got.Ending, got.Reason)
	}
	if want.Ending != oracle.Returned || want.Value == nil {
		return nil
	}
	if !holds(want.Value, got.Result) {
		return fmt.Errorf("the result is % x", got.Result)
	}
	return nil
}

// holds says whether the memory of a value holds the constant v. What v leaves
// undefined may be anything.
func holds(v *air.Value, memory []byte) bool {
	t := v.Type
	switch v.Kind {
	case air.Undef, air.VoidValue:
		return true
	case air.IntValue:
		return integer(memory, t.BitSize()).Cmp(truncated(v.BigInt(), t.BitSize())) == 0
	case air.NullValue:
		return absent(t, memory)
	case air.ErrorValue:
		return errorCode(t, memory) == uint64(v.Int)
	case air.PayloadValue:
		return holdsPayload(v, memory)
	case air.BytesValue:
		return string(memory[:len(v.Bytes)]) == string(v.Bytes)
	case air.AggregateValue:
		return holdsElements(v, memory)
	}
	return false
}

func holdsPayload(v *air.Value, memory []byte) bool {
	t := v.Type
	if t.Kind == air.ErrorUnion {
		return errorCode(t, memory) == 0 && holds(v.Elems[0], memory[t.PayloadOffset():])
	}
	return !absent(t, memory) && holds(v.Elems[0], memory)
}

func holdsElements(v *air.Value, memory []byte) bool {
	t := v.Type
	for i, e := range v.Elems {
		at := uint64(i) * e.Type.Size()
		if t.Kind == air.Struct {
			if t.Fields[i].Comptime != nil {
				continue
			}
			at = t.FieldOffset(i)
		}
		if !holds(e, memory[at:]) {
			return false
		}
	}
	return true
}

// absent says whether an optional in memory is null.
func absent(t *air.Type, memory []byte) bool {
	switch t.OptionalRepr() {
	case air.NullIsZero:
		return integer(memory, t.BitSize()).Sign() == 0
	case air.AlwaysNull:
		return true
	}
	return memory[t.FlagOffset()] == 0
}

func errorCode(t *air.Type, memory []byte) uint64 {
	at := t.ErrorOffset()
	return uint64(memory[at]) | uint64(memory[at+1])<<8
}

// integer reads the low bits of little-endian memory.
func integer(memory []byte, bits uint64) *big.Int {
	n := new(big.Int)
	for i := int((bits+7)/8) - 1; i >= 0; i-- {
		n.Lsh(n, 8).Or(n, big.NewInt(int64(memory[i])))
	}
	return truncated(n, bits)
}

func truncated(n *big.Int, bits uint64) *big.Int {
	mask := new(big.Int).Lsh(big.NewInt(1), uint(bits))
	return new(big.Int).And(n, mask.Sub(mask, big.NewInt(1)))
}
