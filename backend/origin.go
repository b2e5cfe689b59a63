package backend

import (
	"path"
	"runtime"
	"strings"
	"unsafe"

	"github.com/rvfuzz/rvfuzz/backend/emit"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/mir"
)

// generatorFolder is the folder of package codegen in the source tree, and the end of its import path.
const generatorFolder = "backend/codegen"

// appenders are the functions of package codegen that only append an instruction.
var appenders = map[string]bool{"ins": true, "insImm": true}

// The functions of package codegen at which a stack ends: the one that calls the lowering of each AIR instruction, and
// the caller of what emits the code around them.
const (
	dispatcher = "genInst"
	entry      = "(*Generator).Generate"
)

// stack identifies the calls that emitted an instruction: those of a function that are equal are in one place.
type stack struct {
	calls    *uintptr // the first; nil for none
	expander *runtime.Func
}

// origins converts the origins of a function. Equal ones share their calls.
func origins(from []emit.Origin) []link.Origin {
	if len(from) == 0 {
		return nil
	}
	to := make([]link.Origin, 0, len(from))
	known := map[stack][]link.CodeCall{}
	for _, o := range from {
		key := stack{unsafe.SliceData(o.Calls), o.Expander}
		calls, ok := known[key]
		if !ok {
			calls = append(expander(o.Expander), generatorCalls(o.Calls)...)
			known[key] = calls
		}
		to = append(to, link.Origin{PC: uint64(o.Offset), Inst: o.Inst, Calls: calls})
	}
	return to
}

// lowerFolder is the folder of package lower, and the end of its import path.
const lowerFolder = "backend/lower"

// expander returns the function of package lower that expands an instruction as the innermost call, if there is one.
func expander(f *runtime.Func) []link.CodeCall {
	if f == nil {
		return nil
	}
	file, line := f.FileLine(f.Entry())
	_, name, _ := strings.Cut(f.Name(), "(*lowerer).")
	return []link.CodeCall{{Func: "lower." + name, File: lowerFolder + "/" + path.Base(file), Line: line}}
}

// generatorCalls returns the part of a stack that is in package codegen, up to where an AIR instruction is dispatched and
// without the functions that only append.
func generatorCalls(calls mir.Calls) (to []link.CodeCall) {
	for frames := runtime.CallersFrames(calls); ; {
		frame, more := frames.Next()
		_, name, ok := strings.Cut(frame.Function, generatorFolder+".")
		name = strings.TrimPrefix(name, "(*function).")
		if !more || ok && (name == dispatcher || name == entry) {
			return to
		}
		if ok && !appenders[name] {
			to = append(to, link.CodeCall{Func: name, File: generatorFolder + "/" + path.Base(frame.File), Line: frame.Line})
		}
	}
}

// Origin returns the AIR instruction for which an instruction of the MIR was made, by its position; false if there is
// none, or Options.Origins was not set.
func (s *Stages) Origin(i int) (inst uint32, ok bool) {
	if i >= len(s.MIR.Origins) {
		return 0, false
	}
	o := link.Origin{Inst: s.MIR.Origins[i].Inst, Calls: generatorCalls(s.MIR.Origins[i].Calls)}
	return o.Instruction()
}
