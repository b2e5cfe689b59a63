package codegen

import "embed"

// Source is the source of this package, for tools that say which of its functions may hold a defect.
//
//go:embed *.go
var Source embed.FS
