package backend

import (
	"path"
	"runtime"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/emit"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/mir"
)

// generatorFolder is the folder of package codegen in the source tree, and the end of its import path.
const generatorFolder = "backend/codegen"

// dispatcher is the function of package codegen that calls the lowering of each AIR instruction.
const dispatcher = "genInst"

func origins(from []emit.Origin) []link.Origin {
	if len(from) == 0 {
		return nil
	}
	to := make([]link.Origin, 0, len(from))
	for _, o := range from {
		to = append(to, link.Origin{PC: uint64(o.Offset), Calls: generatorCalls(o.Calls)})
	}
	return to
}

// generatorCalls returns the part of a stack that is in package codegen, up to where an AIR instruction is dispatched.
func generatorCalls(calls mir.Calls) (to []link.CodeCall) {
	for frames := runtime.CallersFrames(calls); ; {
		frame, more := frames.Next()
		_, name, ok := strings.Cut(frame.Function, generatorFolder+".")
		name = strings.TrimPrefix(name, "(*function).")
		if !more || ok && name == dispatcher {
			return to
		}
		if ok {
			to = append(to, link.CodeCall{Func: name, File: generatorFolder + "/" + path.Base(frame.File), Line: frame.Line})
		}
	}
}
