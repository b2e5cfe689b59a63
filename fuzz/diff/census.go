package diff

import (
	"runtime"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/mir"
)

// Census counts the sites whose code has a clue: what most of them have is no clue to a defect of a few.
type Census struct {
	sites  map[string]map[string]bool
	frames map[uintptr][]link.CodeCall // by return address: the calls there, which are several where one was inlined
}

// NewCensus returns an empty census.
func NewCensus() *Census {
	return &Census{sites: map[string]map[string]bool{}, frames: map[uintptr][]link.CodeCall{}}
}

// Add adds the code of a case.
func (s *Census) Add(c *Case) {
	defer func() { _ = recover() }() // a case that breaks a rule has no code
	o := c.options()
	o.Origins = true
	for _, f := range c.Module.Funcs {
		if stages, err := backend.CompileFunc(c.Module, f, o); err == nil {
			s.add(f, stages.MIR)
		}
	}
}

func (s *Census) add(f *air.Func, m *mir.Function) {
	p := point{f: &tracedFunc{mir: m, origins: make([]link.Origin, len(m.Insts))}}
	for p.at = range m.Insts {
		p.f.origins[p.at].Calls = s.calls(m.Origins[p.at].Calls)
		site, width := Operation(p.site()), ""
		if r := p.record(); r != nil && int(r.Inst) < len(f.Insts) {
			width = widthOf(f, air.Index(r.Inst))
		}
		for _, clue := range p.clues(width) {
			if s.sites[clue] == nil {
				s.sites[clue] = map[string]bool{}
			}
			s.sites[clue][site] = true
		}
	}
}

// calls returns the calls of the code generator in a stack, up to where an AIR instruction is dispatched.
func (s *Census) calls(stack mir.Calls) (calls []link.CodeCall) {
	for _, pc := range stack {
		if _, ok := s.frames[pc]; !ok {
			s.frames[pc] = framesAt(pc)
		}
		for _, c := range s.frames[pc] {
			switch c.Func {
			case "genInst", "(*Generator).Generate":
				return calls
			case "ins", "insImm":
			default:
				calls = append(calls, c)
			}
		}
	}
	return calls
}

// framesAt returns the calls of the code generator at one return address.
func framesAt(pc uintptr) (list []link.CodeCall) {
	for frames, more := runtime.CallersFrames([]uintptr{pc}), true; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if _, name, ok := strings.Cut(frame.Function, "backend/codegen."); ok {
			_, file, _ := strings.Cut(frame.File, "backend/codegen/")
			list = append(list, link.CodeCall{Func: strings.TrimPrefix(name, "(*function)."), File: "backend/codegen/" + file, Line: frame.Line})
		}
	}
	return list
}

// Count returns how many sites have a clue.
func (s *Census) Count(clue string) int { return len(s.sites[clue]) }
