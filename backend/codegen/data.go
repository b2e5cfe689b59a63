package codegen

import (
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Datum is a piece of initialised data: its bytes, undefined ones as zeros, and the addresses among them.
type Datum struct {
	Name      string
	Bytes     []byte
	Align     uint64
	Addresses []Address
}

// Address is an 8-byte address within a Datum.
type Address struct {
	Offset uint64
	Symbol string
	Addend int64
}

// Data lays out the initial value of a global as a Datum.
func Data(g *air.Global) (Datum, error) {
	d := Datum{Name: g.Name, Align: max(g.Type.Align(), uint64(g.Align), 1)}
	var b constantBuffer
	b.reset(int64(g.Type.Size()))
	if g.Init != nil && !b.fill(g.Init, 0) {
		return d, &air.Unsupported{What: fmt.Sprintf("global %s: addresses in the bits of %s", g.Name, g.Type)}
	}
	d.Bytes = b.bytes[:g.Type.Size()]
	for _, s := range b.symbols {
		d.Addresses = append(d.Addresses, Address{uint64(s.at), s.symbol, s.addend})
	}
	slices.SortFunc(d.Addresses, func(a, b Address) int { return int(a.Offset) - int(b.Offset) })
	return d, nil
}
