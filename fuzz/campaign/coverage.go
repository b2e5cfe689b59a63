package campaign

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
)

// The type classes that coverage distinguishes are the integers by signedness and width up to 64, the other kinds, and of
// the vectors on which vector units have the operation each type of lanes.
const (
	classWidths = 65
	firstLanes  = 2*classWidths + int(air.Opaque) + 1
	numClasses  = firstLanes + len(laneTypes)
)

var laneTypes = [...]*air.Type{air.IntType(false, 8), air.IntType(false, 16), air.IntType(false, 32), air.IntType(false, 64),
	air.IntType(true, 8), air.IntType(true, 16), air.IntType(true, 32), air.IntType(true, 64), air.F32, air.F64}

// coverage is the set of the pairs of tag and type class that checked cases had.
type coverage [(int(air.NumTags)*numClasses + 7) / 8]byte

func class(t *air.Type) int {
	if t.Kind != air.Int {
		return 2*classWidths + int(t.Kind)
	}
	width := int(min(t.Bits, classWidths-1))
	if t.Signed {
		width += classWidths
	}
	return width
}

// pairName names a pair of tag and type class: "add i8". Widths above 63 are one class, "i64".
func pairName(pair int) string {
	tag, class := air.Tag(pair/numClasses), pair%numClasses
	switch {
	case class < classWidths:
		return fmt.Sprintf("%s u%d", tag, class)
	case class < 2*classWidths:
		return fmt.Sprintf("%s i%d", tag, class-classWidths)
	case class >= firstLanes:
		return fmt.Sprintf("%s vector[%s]", tag, laneTypes[class-firstLanes])
	}
	return fmt.Sprintf("%s %s", tag, air.Kind(class-2*classWidths))
}

// names returns the names of all pairs.
func (c *coverage) names() (names []string) {
	for pair := range int(air.NumTags) * numClasses {
		if c.has(pair) {
			names = append(names, pairName(pair))
		}
	}
	return names
}

// pairOf returns the pair of an instruction: its tag with the class of its result, or of what a test is of.
func pairOf(f *air.Func, in *air.Inst) int {
	if e := codegen.VectorElement(f, in); e != nil && codegen.Vectorizes(in.Tag, e) {
		lanes := slices.IndexFunc(laneTypes[:], func(t *air.Type) bool { return t.Kind == e.Kind && t.Bits == e.Bits && t.Signed == e.Signed })
		return int(in.Tag)*numClasses + firstLanes + lanes
	}
	t := in.Type
	if t.Kind == air.Bool && len(in.Ops) > 0 && in.Ops[0] != air.NoRef {
		t = f.TypeOf(in.Ops[0])
	}
	return int(in.Tag)*numClasses + class(t)
}

// PairOf returns the name of the pair of tag and type class that coverage counts an instruction of f as: "add i8".
func PairOf(f *air.Func, in *air.Inst) string { return pairName(pairOf(f, in)) }

// add adds the instructions of a function of a case, and appends the pairs that are new to a list.
func (c *coverage) add(f *air.Func, number uint64, list []reached) []reached {
	for i := range f.Insts {
		if pair := pairOf(f, &f.Insts[i]); !c.has(pair) {
			c.reach(pair)
			list = append(list, reached{pair, number})
		}
	}
	return list
}

func (c *coverage) has(pair int) bool { return c[pair/8]>>(pair%8)&1 != 0 }

func (c *coverage) reach(pair int) { c[pair/8] |= 1 << (pair % 8) }

// tags returns how many tags, and how many pairs of tag and type class, were reached.
func (c *coverage) tags() (tags, pairs int) {
	for tag := range int(air.NumTags) {
		for class := range numClasses {
			if c.has(tag*numClasses + class) {
				tags++
				break
			}
		}
	}
	for _, b := range c {
		pairs += bits.OnesCount8(b)
	}
	return tags, pairs
}

// reachAll adds pairs to a coverage that is passed as bytes, unless that is nil.
func reachAll(covered []byte, list []reached) []byte {
	if covered == nil {
		return nil
	}
	var c coverage
	copy(c[:], covered)
	for _, r := range list {
		c.reach(r.Pair)
	}
	return c[:]
}
