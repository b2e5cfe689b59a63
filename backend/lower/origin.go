package lower

import (
	"reflect"
	"runtime"

	"github.com/rvfuzz/rvfuzz/backend/mir"
)

// expanders are the functions that expand pseudo instructions.
var expanders = map[mir.Op]any{
	mir.LoadImm: (*lowerer).loadImm, mir.AddImm: (*lowerer).addImm, mir.LeaMem: (*lowerer).addImm,
	mir.Load: (*lowerer).access, mir.Store: (*lowerer).access, mir.JumpTable: (*lowerer).jumpTable,
	mir.Call: (*lowerer).pair, mir.TailCall: (*lowerer).pair,
	mir.Prologue: (*lowerer).prologue, mir.Epilogue: (*lowerer).epilogue,
}

// origin returns where the expansion of an instruction of MIR comes from: the function that expands it, if that is not
// trivial, was called by what appended the instruction.
func origin(in *mir.Inst, from mir.Origin) mir.Origin {
	if expand, ok := expanders[in.Op]; ok {
		pc := reflect.ValueOf(expand).Pointer()
		from.Expander = runtime.FuncForPC(pc)
	}
	return from
}
