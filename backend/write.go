package backend

import (
	"io"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
)

// WriteExecutable compiles a module to a static Linux executable. The error names what the backend does not compile, an
// extern symbol, or the missing function @main.
func WriteExecutable(w io.Writer, m *air.Module, o Options) error {
	o.file = true
	image, err := Compile(m, o)
	if err != nil {
		return err
	}
	return link.WriteELF(w, image)
}

// WriteObject compiles a module to a relocatable object for a system linker. The error names what the backend does not
// compile.
func WriteObject(w io.Writer, m *air.Module, o Options) error {
	objects, err := Objects(m, o)
	if err != nil {
		return err
	}
	return link.WriteObject(w, objects, LinkOptions(m))
}
