package backend

import (
	"strings"
	"sync"

	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/runtime"
)

// library returns the objects of the runtime library by name.
var library = sync.OnceValue(func() map[string]link.Object {
	var c Compiler
	objects, err := c.compileModule(runtime.Module(), Options{})
	if err != nil {
		panic("backend: the runtime library compiles: " + err.Error())
	}
	all := make(map[string]link.Object, len(objects))
	for _, o := range objects {
		o.Library, o.Weak = true, true
		all[o.Name] = o
	}
	all[codegen.TraceSymbol] = link.Object{Name: codegen.TraceSymbol, Section: link.BSS, Size: 8, Align: 8, Library: true, Weak: true}
	return all
})

// AppendLibrary appends the objects of the runtime library that the objects refer to and do not define, which
// Compiler does by itself.
func AppendLibrary(objects []link.Object) []link.Object {
	var known map[string]bool
	for i := 0; i < len(objects); i++ {
		for _, r := range objects[i].Relocs {
			if !strings.HasPrefix(r.Symbol, runtime.Prefix) {
				continue
			}
			if known == nil {
				known = namesOf(objects)
			}
			if o, ok := library()[r.Symbol]; ok && !known[r.Symbol] {
				known[r.Symbol] = true
				objects = append(objects, o)
			}
		}
	}
	return objects
}

func namesOf(objects []link.Object) map[string]bool {
	names := make(map[string]bool, len(objects))
	for i := range objects {
		names[objects[i].Name] = true
	}
	return names
}
