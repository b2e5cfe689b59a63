package codegen

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/mir"
)

// useInfo is what a scan of the function finds about an instruction, to choose registers well; only on escapes does
// correctness depend.
type useInfo struct {
	last        int32 // position of the last use, in the order of the text
	birthCalls  int32 // calls before the birth
	crossesCall bool  // a call lies between birth and last use
	escapes     bool  // it is used other than as the address of a load or store
	// slot and disp, if slot is not NoFrame, are what is to be added to the register of a pointer that does not escape:
	// how far a slot is from sp, and disp.
	slot  mir.FrameIndex
	disp  int64
	stamp uint32
}

// scan fills f.uses.
func (f *function) scan() {
	s := scanner{f: f}
	s.body(f.fn.Body)
}

type scanner struct {
	f               *function
	position, calls int32
}

func (s *scanner) body(b air.Body) {
	f := s.f
	for _, i := range b {
		in := f.inst(i)
		s.position++
		access := in.Tag == air.Load || in.Tag == air.Store || in.Tag == air.StoreSafe
		for op, r := range in.Ops {
			if o, ok := r.Inst(); ok {
				u := &f.uses[o]
				u.last = s.position
				u.escapes = u.escapes || !access || op != 0 || f.typeOf(r).IsBitPointer()
				u.crossesCall = u.crossesCall || u.birthCalls < s.calls
			}
		}
		if in.Tag.IsCall() {
			s.calls++
		}
		switch in.Tag {
		case air.CVaStart:
			f.savesArgs = true
		case air.SetErrReturnTrace:
			f.setsTrace = true
		}
		for _, nested := range in.Bodies {
			s.body(nested)
		}
		f.uses[i].birthCalls = s.calls
	}
}
