package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// With V, operations on vectors in memory whose lanes are whole bytes are done by the vector unit; the others lane by
// lane, by package legalize. vectorRows is the table of these operations, vectorOperation (vector.go) translates them.

// laneClass is a class of vector elements.
type laneClass uint8

const (
	signedLane   laneClass = iota // integers of 8, 16, 32 and 64 bits
	unsignedLane                  //
	floatLane                     // f32 and f64
	numLaneClasses
)

// laneClassOf returns the class of an element type; ok is false if the vector unit has no such elements.
func laneClassOf(t *air.Type) (c laneClass, ok bool) {
	switch t.Kind {
	case air.Float:
		return floatLane, t.Bits == 32 || t.Bits == 64
	case air.Int:
		ok = t.Bits == 8 || t.Bits == 16 || t.Bits == 32 || t.Bits == 64
		if t.Signed {
			return signedLane, ok
		}
		return unsignedLane, ok
	}
	return 0, false
}

// laneOps are instructions by the class of the elements; 0 where there is none.
type laneOps [numLaneClasses]isa.Op

// vectorForm is what the code of an operation looks like.
type vectorForm uint8

const (
	laneByLane    vectorForm = iota // not by the vector unit
	vectorBinary                    // op(a, b)
	vectorShift                     // op(a, b), where b is a constant whose lanes are narrower
	vectorSame                      // op(a, a)
	vectorAlone                     // op(a)
	vectorNot                       // a ^ -1
	vectorAbs                       // max(a, -a) or op(a, a)
	vectorFused                     // op(a, b, c)
	vectorCompare                   // a mask, by the predicate
	vectorSelect                    // b or c, by the mask a
	vectorSplat                     // lanes that are all the same
	vectorReduce                    // a scalar, by the operator
)

// vectorRow is how an operation is done, and by which instruction if that does not depend on more than the tag.
type vectorRow struct {
	form vectorForm
	ops  laneOps
}

func lanes(form vectorForm, signed, unsigned, float isa.Op) vectorRow {
	return vectorRow{form, laneOps{signed, unsigned, float}}
}

// anyLanes makes a row whose instruction depends on more than the tag, or that has one for all lanes.
func anyLanes(form vectorForm, op isa.Op) vectorRow { return lanes(form, op, op, op) }

// vectorRows is the table of the operations on vectors that the vector unit does.
var vectorRows = [air.NumTags]vectorRow{
	air.Add:     lanes(vectorBinary, isa.VADD_VV, isa.VADD_VV, isa.VFADD_VV),
	air.AddWrap: lanes(vectorBinary, isa.VADD_VV, isa.VADD_VV, 0),
	air.Sub:     lanes(vectorBinary, isa.VSUB_VV, isa.VSUB_VV, isa.VFSUB_VV),
	air.SubWrap: lanes(vectorBinary, isa.VSUB_VV, isa.VSUB_VV, 0),
	air.Mul:     lanes(vectorBinary, isa.VMUL_VV, isa.VMUL_VV, isa.VFMUL_VV),
	air.MulWrap: lanes(vectorBinary, isa.VMUL_VV, isa.VMUL_VV, 0),
	air.AddSat:  lanes(vectorBinary, isa.VSADD_VV, isa.VSADDU_VV, 0),
	air.SubSat:  lanes(vectorBinary, isa.VSSUB_VV, isa.VSSUBU_VV, 0),
	air.BitAnd:  lanes(vectorBinary, isa.VAND_VV, isa.VAND_VV, 0),
	air.BitOr:   lanes(vectorBinary, isa.VOR_VV, isa.VOR_VV, 0),
	air.Xor:     lanes(vectorBinary, isa.VXOR_VV, isa.VXOR_VV, 0),
	air.Min:     lanes(vectorBinary, isa.VMIN_VV, isa.VMINU_VV, isa.VFMIN_VV),
	air.Max:     lanes(vectorBinary, isa.VMAX_VV, isa.VMAXU_VV, isa.VFMAX_VV),

	air.AddOptimized:      lanes(vectorBinary, 0, 0, isa.VFADD_VV),
	air.SubOptimized:      lanes(vectorBinary, 0, 0, isa.VFSUB_VV),
	air.MulOptimized:      lanes(vectorBinary, 0, 0, isa.VFMUL_VV),
	air.DivFloat:          lanes(vectorBinary, 0, 0, isa.VFDIV_VV),
	air.DivFloatOptimized: lanes(vectorBinary, 0, 0, isa.VFDIV_VV),

	air.Shl:      lanes(vectorShift, isa.VSLL_VV, isa.VSLL_VV, 0),
	air.ShlExact: lanes(vectorShift, isa.VSLL_VV, isa.VSLL_VV, 0),
	air.Shr:      lanes(vectorShift, isa.VSRA_VV, isa.VSRL_VV, 0),
	air.ShrExact: lanes(vectorShift, isa.VSRA_VV, isa.VSRL_VV, 0),

	air.Not:          lanes(vectorNot, isa.VXOR_VI, isa.VXOR_VI, 0),
	air.Abs:          lanes(vectorAbs, isa.VMAX_VV, 0, isa.VFSGNJX_VV),
	air.Neg:          lanes(vectorSame, 0, 0, isa.VFSGNJN_VV),
	air.NegOptimized: lanes(vectorSame, 0, 0, isa.VFSGNJN_VV),
	air.Sqrt:         lanes(vectorAlone, 0, 0, isa.VFSQRT_V),
	air.MulAdd:       lanes(vectorFused, 0, 0, isa.VFMADD_VV),

	air.CmpVector:          anyLanes(vectorCompare, isa.VMSEQ_VV),
	air.CmpVectorOptimized: anyLanes(vectorCompare, isa.VMSEQ_VV),
	air.Select:             anyLanes(vectorSelect, isa.VMERGE_VVM),
	air.Splat:              lanes(vectorSplat, isa.VMV_V_X, isa.VMV_V_X, isa.VFMV_V_F),
	air.Reduce:             anyLanes(vectorReduce, isa.VREDSUM_VS),
	air.ReduceOptimized:    anyLanes(vectorReduce, isa.VREDSUM_VS),
}

// Vectorizes reports whether the vector unit does an operation on vectors of an element type, for some of its predicates,
// operators or amounts at least.
func Vectorizes(tag air.Tag, elem *air.Type) bool {
	c, ok := laneClassOf(elem)
	return ok && vectorRows[tag].form != laneByLane && vectorRows[tag].ops[c] != 0
}

// VectorElement returns the type of the elements of the vector that an instruction works on, nil where it is none.
func VectorElement(f *air.Func, in *air.Inst) *air.Type {
	if vectorRows[in.Tag].form == laneByLane {
		return nil
	}
	if t := vectorOf(f, in); t.Kind == air.Vector {
		return t.Elem
	}
	return nil
}

// vectorCompares are the instructions of the predicates; those that are greater swap the operands.
var vectorCompares = map[air.Tag]laneOps{
	air.CmpEq:  {isa.VMSEQ_VV, isa.VMSEQ_VV, isa.VMFEQ_VV},
	air.CmpNeq: {isa.VMSNE_VV, isa.VMSNE_VV, isa.VMFNE_VV},
	air.CmpLt:  {isa.VMSLT_VV, isa.VMSLTU_VV, isa.VMFLT_VV},
	air.CmpGt:  {isa.VMSLT_VV, isa.VMSLTU_VV, isa.VMFLT_VV},
	air.CmpLte: {isa.VMSLE_VV, isa.VMSLEU_VV, isa.VMFLE_VV},
	air.CmpGte: {isa.VMSLE_VV, isa.VMSLEU_VV, isa.VMFLE_VV},
}

// vectorReductions are the instructions of the operators of reduce. A sum of floats is made in the order of the lanes.
var vectorReductions = map[air.Operation]laneOps{
	air.OpAdd: {isa.VREDSUM_VS, isa.VREDSUM_VS, isa.VFREDOSUM_VS},
	air.OpAnd: {isa.VREDAND_VS, isa.VREDAND_VS, 0},
	air.OpOr:  {isa.VREDOR_VS, isa.VREDOR_VS, 0},
	air.OpXor: {isa.VREDXOR_VS, isa.VREDXOR_VS, 0},
	air.OpMin: {isa.VREDMIN_VS, isa.VREDMINU_VS, isa.VFREDMIN_VS},
	air.OpMax: {isa.VREDMAX_VS, isa.VREDMAXU_VS, isa.VFREDMAX_VS},
}

// vectorOf returns the type of the lanes that an operation works on.
func vectorOf(f *air.Func, in *air.Inst) *air.Type {
	if form := vectorRows[in.Tag].form; form == vectorSplat || form == vectorSelect {
		return in.Type
	}
	return f.TypeOf(in.Ops[0])
}

// vectorOp returns the instruction that does an operation on vectors; ok is false if it is done lane by lane.
func vectorOp(f *air.Func, in *air.Inst) (op isa.Op, ok bool) {
	row := &vectorRows[in.Tag]
	if row.form == laneByLane {
		return 0, false
	}
	t := vectorOf(f, in)
	if t.Kind != air.Vector || t.Len == 0 {
		return 0, false
	}
	c, ok := laneClassOf(t.Elem)
	if !ok {
		return 0, false
	}
	op = row.ops[c]
	switch row.form {
	case vectorCompare:
		op = vectorCompares[in.Extra.(*air.CompareExtra).Predicate][c]
	case vectorReduce:
		op = vectorReductions[in.Extra.(*air.ReduceExtra).Operation][c]
		ok = t.Len > 1 // one lane is returned as it is, where these make the canonical NaN
	case vectorSelect:
		ok = f.TypeOf(in.Ops[0]).Kind == air.Vector
	case vectorShift:
		_, ok = amounts(f, in, t)
	}
	return op, ok && op != 0
}

// amounts returns the constant amounts of a shift as a vector of the type that is shifted.
func amounts(f *air.Func, in *air.Inst, t *air.Type) (*air.Value, bool) {
	v := f.Value(in.Ops[1])
	if v == nil || v.Kind != air.AggregateValue {
		return nil, false
	}
	wide := &air.Value{Type: t, Kind: air.AggregateValue, Elems: make([]*air.Value, len(v.Elems))}
	for n, e := range v.Elems {
		if e.Kind != air.IntValue {
			return nil, false
		}
		wide.Elems[n] = air.NewInt(t.Elem, e.Int)
	}
	return wide, true
}
