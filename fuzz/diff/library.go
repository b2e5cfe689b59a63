package diff

import (
	"strings"
	"sync"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/backend/runtime"
)

// The code of a case calls the runtime library, which the same code generator compiles. What is wrong there shows itself
// in the case, at the instruction that calls.

// inLibrary reports whether a function is one of the runtime library.
func inLibrary(name string) bool { return strings.HasPrefix(name, runtime.Prefix) }

// libraryFunc is a function of the runtime library with its code.
type libraryFunc struct {
	mir     *mir.Function
	size    uint64
	origins []link.Origin // PC counts from the beginning of the function
}

// libraryFuncs returns the functions of the runtime library by name; nil where the library does not compile.
var libraryFuncs = sync.OnceValue(func() (all map[string]*libraryFunc) {
	defer func() {
		if recover() != nil { // a rule is broken, which is told of where the library is linked in
			all = nil
		}
	}()
	o := backend.Options{Origins: true}
	image, err := backend.Compile(runtime.Module(), o)
	if err != nil {
		return nil
	}
	all = map[string]*libraryFunc{}
	for i := range image.Funcs {
		at := &image.Funcs[i]
		f := runtime.Module().Func(at.Name)
		if f == nil {
			continue
		}
		stages, err := backend.CompileFunc(runtime.Module(), f, o)
		if err != nil {
			return nil
		}
		all[at.Name] = &libraryFunc{mir: stages.MIR, size: at.Size}
	}
	for _, o := range image.Origins {
		if at := &image.Funcs[o.Func]; all[at.Name] != nil {
			o.PC -= at.Addr
			all[at.Name].origins = append(all[at.Name].origins, o)
		}
	}
	return all
})

// addLibrary adds the function of a symbol that is of the runtime library.
func (t *tracer) addLibrary(s *link.Symbol) {
	l := libraryFuncs()[s.Name]
	if l == nil || l.size != s.Size {
		return
	}
	f := &tracedFunc{Func: link.Func{Name: s.Name, Addr: s.Addr, Size: s.Size}, mir: l.mir, library: true}
	for _, o := range l.origins {
		o.PC += s.Addr
		f.origins = append(f.origins, o)
	}
	t.bind(f)
}

// auditLibrary compiles those functions of the runtime library that a condition chooses with Options.Audit, and returns
// the text of the panic if a rule is broken.
func auditLibrary(chosen func(name string) bool) (text string, broken bool) {
	defer func() {
		if rule := recover(); rule != nil {
			text, broken = panicText(rule), true
		}
	}()
	for _, f := range runtime.Module().Funcs {
		if chosen(f.Name) {
			_, _ = backend.CompileFunc(runtime.Module(), f, backend.Options{Verify: true, Audit: true})
		}
	}
	return "", false
}
