package codegen

import (
	"math"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/isa"
)

// precision is the format of a float of floatClass, a column of precisions.
type precision uint8

const (
	single precision = iota
	double
	half // with Zfh only
	numPrecisions
)

// precisionOf returns the format of a type of floatClass.
func precisionOf(t *air.Type) precision { return precisionOfSize(int64(t.Bits / 8)) }

// precisionOfSize returns the format of a float of so many bytes.
func precisionOfSize(size int64) precision {
	switch size {
	case 2:
		return half
	case 4:
		return single
	}
	return double
}

// precisions has a row for each instruction on floats that exists for every format.
var precisions = [...][numPrecisions]isa.Op{
	{isa.FADD_S, isa.FADD_D, isa.FADD_H},
	{isa.FSUB_S, isa.FSUB_D, isa.FSUB_H},
	{isa.FMUL_S, isa.FMUL_D, isa.FMUL_H},
	{isa.FDIV_S, isa.FDIV_D, isa.FDIV_H},
	{isa.FSQRT_S, isa.FSQRT_D, isa.FSQRT_H},
	{isa.FMIN_S, isa.FMIN_D, isa.FMIN_H},
	{isa.FMAX_S, isa.FMAX_D, isa.FMAX_H},
	{isa.FMADD_S, isa.FMADD_D, isa.FMADD_H},
	{isa.FSGNJ_S, isa.FSGNJ_D, isa.FSGNJ_H},
	{isa.FSGNJN_S, isa.FSGNJN_D, isa.FSGNJN_H},
	{isa.FSGNJX_S, isa.FSGNJX_D, isa.FSGNJX_H},
	{isa.FEQ_S, isa.FEQ_D, isa.FEQ_H},
	{isa.FLT_S, isa.FLT_D, isa.FLT_H},
	{isa.FLE_S, isa.FLE_D, isa.FLE_H},
	{isa.FROUND_S, isa.FROUND_D, isa.FROUND_H},
	{isa.FCVT_W_S, isa.FCVT_W_D, isa.FCVT_W_H},
	{isa.FCVT_WU_S, isa.FCVT_WU_D, isa.FCVT_WU_H},
	{isa.FCVT_L_S, isa.FCVT_L_D, isa.FCVT_L_H},
	{isa.FCVT_LU_S, isa.FCVT_LU_D, isa.FCVT_LU_H},
	{isa.FCVT_S_W, isa.FCVT_D_W, isa.FCVT_H_W},
	{isa.FCVT_S_WU, isa.FCVT_D_WU, isa.FCVT_H_WU},
	{isa.FCVT_S_L, isa.FCVT_D_L, isa.FCVT_H_L},
	{isa.FCVT_S_LU, isa.FCVT_D_LU, isa.FCVT_H_LU},
	{isa.FMV_X_W, isa.FMV_X_D, isa.FMV_X_H},
	{isa.FMV_W_X, isa.FMV_D_X, isa.FMV_H_X},
	{isa.FLW, isa.FLD, isa.FLH},
	{isa.FSW, isa.FSD, isa.FSH},
}

// inPrecision is precisions by the instruction for single.
var inPrecision = func() *[isa.NumOps + 1][numPrecisions]isa.Op {
	table := new([isa.NumOps + 1][numPrecisions]isa.Op)
	for _, row := range precisions {
		table[row[single]] = row
	}
	return table
}()

// op returns the instruction for a format that is like the one given for single.
func (p precision) op(like isa.Op) isa.Op { return inPrecision[like][p] }

// conversions are the instructions that change the format, by those of the operand and the result.
var conversions = [numPrecisions][numPrecisions]isa.Op{
	single: {double: isa.FCVT_D_S, half: isa.FCVT_H_S},
	double: {single: isa.FCVT_S_D, half: isa.FCVT_H_D},
	half:   {single: isa.FCVT_S_H, double: isa.FCVT_D_H},
}

// boxed returns the bits of a register that holds a float of bits bits.
func boxed(v uint64, bits uint32) int64 { return int64(^uint64(0)<<(bits-1)<<1 | v) }

// bitsOf returns the register contents for a number, rounded to the format. Of half the number is normal, at most 11
// bits long, or beyond the largest, which makes it infinite.
func (p precision) bitsOf(v float64) int64 {
	switch p {
	case single:
		return boxed(uint64(math.Float32bits(float32(v))), 32)
	case double:
		return int64(math.Float64bits(v))
	}
	bits := math.Float64bits(v)
	exponent := int64(bits>>52&0x7ff) - 1023 + 15
	if exponent >= 31 {
		return boxed(bits>>63<<15|0x7c00, 16)
	}
	return boxed(bits>>63<<15|uint64(exponent)<<10|bits>>42&0x3ff, 16)
}
