// Package runtime is the library of routines that compiled code calls for what has no instructions: arithmetic on
// integers of more than 128 bits and on f80 and f128, some conversions, and transcendental functions.
//
// The library is AIR, which the compiler compiles as it does any module and links in as far as it is called. The text
// is made from the Go text in folder source by command translate. All parameters are words and addresses.
package runtime

import (
	"embed"
	"sync"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

//go:generate sh -c "go run ./translate source/*.go"

//go:embed *.air
var texts embed.FS

// Prefix begins the name of every symbol of the library.
const Prefix = "rt."

// Module returns the library. It must not be changed.
var Module = sync.OnceValue(func() *air.Module {
	files, err := texts.ReadDir(".")
	if err != nil {
		panic("runtime: the library is embedded: " + err.Error())
	}
	var text []byte
	for _, f := range files {
		part, err := texts.ReadFile(f.Name())
		if err != nil {
			panic("runtime: the library is embedded: " + err.Error())
		}
		text = append(text, part...)
	}
	m, err := air.Parse("runtime.air", text)
	if err == nil {
		err = air.Verify(m)
	}
	if err != nil {
		panic("runtime: the library is valid: " + err.Error())
	}
	return m
})
