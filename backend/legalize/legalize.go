// Package legalize rewrites AIR into AIR without what package codegen has no registers for: operations on vectors
// become operations on their lanes (vector.go); arithmetic on f16 becomes arithmetic on f32 (half.go).
//
// Takes a function that air.Verify accepts; returns one that air.VerifyFunc accepts in the same module, and that does
// the same. Values keep their types: a vector is still loaded, stored, passed and returned as a whole.
//
//	%2 = add(%0, %1)             %7 = array_elem_val(u8, %0, <usize, 0>)
//	                             %8 = array_elem_val(u8, %1, <usize, 0>)
//	                             %9 = add(%7, %8)
//	                             ...
//	                             %2 = aggregate_init(@Vector(2, u8), [%9, %12])
package legalize

import "github.com/rvfuzz/rvfuzz/backend/air"

// Func is a function in legal form. The instructions of its source come first and keep their numbers.
type Func struct {
	*air.Func
	// Source is the function as it was given, the same one if it was legal already.
	Source *air.Func
	// Origin has, for each instruction that Source lacks, the instruction of Source for which it was made.
	Origin []air.Index
}

// Keeps reports whether codegen has instructions for an operation on vectors or f16 as it is. A nil Keeps keeps none.
type Keeps func(f *air.Func, in *air.Inst) bool

// keeps reports whether an instruction stays as it is. What the function gets is a copy: it goes to the heap, which
// instructions that it is not asked about should not.
func (k Keeps) keeps(f *air.Func, in *air.Inst) bool {
	if k == nil {
		return false
	}
	asked := *in
	return k(f, &asked)
}

// Legalize returns the legal form of a function: the function itself, not a copy, if it is legal already.
func Legalize(f *air.Func, keeps Keeps) Func {
	legal := Func{Func: f, Source: f}
	for i := range f.Insts {
		if in := &f.Insts[i]; (isVector(f, in) || isHalf(f, in)) && !keeps.keeps(f, in) || needsWord(f, in) || comparesPayloads(f, in) || takesLane(f, in) {
			return rewrite(legal, keeps)
		}
	}
	return legal
}

// SourceOf returns the instruction of the source for which an instruction was made: itself if the source has it.
func (f *Func) SourceOf(i air.Index) air.Index {
	if n := int(i) - len(f.Source.Insts); n >= 0 {
		return f.Origin[n]
	}
	return i
}

// Replaces reports whether nothing is left of the instructions of a tag, of those that compute with f16, or of those
// whose first operand is an integer of more than 64 bits.
func Replaces(tag air.Tag) (all, onHalf, onWide bool) {
	return replaced[tag], halfForms[tag] != notHalf, switches(tag)
}

// rewriter makes the legal form of one function.
type rewriter struct {
	Func // being made; its constants and instructions grow
	Keeps
	body  air.Body // being made
	index air.Index
}

func rewrite(legal Func, keeps Keeps) Func {
	f := *legal.Source
	f.Insts = append(make([]air.Inst, 0, 2*len(f.Insts)), f.Insts...)
	f.Consts = append(make([]*air.Value, 0, 2*len(f.Consts)), f.Consts...)
	legal.Func = &f
	r := rewriter{Func: legal, Keeps: keeps}
	f.Body = r.rewriteBody(legal.Source.Body)
	return r.Func
}

// rewriteBody returns a body in which each instruction follows what was made for it.
func (r *rewriter) rewriteBody(body air.Body) air.Body {
	outer := r.body
	r.body = make(air.Body, 0, len(body))
	for _, i := range body {
		in := r.Source.Insts[i]
		if len(in.Bodies) > 0 {
			nested := make([]air.Body, len(in.Bodies))
			for n := range nested {
				nested[n] = r.rewriteBody(in.Bodies[n])
			}
			in.Bodies = nested
		}
		r.index = i
		if isVector(r.Source, &in) && !r.keeps(r.Source, &in) {
			in = r.vector(in)
		}
		if takesLane(r.Source, &in) {
			in = r.takenLane(in)
		}
		r.Insts[i] = r.half(r.payloads(r.withWord(in), i))
		r.body = append(r.body, i)
	}
	done := r.body
	r.body = outer
	return done
}

// add puts the legal form of a scalar instruction before the instruction being rewritten.
func (r *rewriter) add(in air.Inst) air.Ref {
	in = r.half(r.withWord(in))
	i := r.make(in)
	if comparesPayloads(r.Func.Func, &in) {
		in = r.payloads(in, i)
		r.Insts[i] = in
	}
	r.body = append(r.body, i)
	return air.InstRef(i)
}

// make makes an instruction that is in no body yet.
func (r *rewriter) make(in air.Inst) air.Index {
	r.Insts = append(r.Insts, in)
	r.Origin = append(r.Origin, r.index)
	return air.Index(len(r.Insts) - 1)
}
