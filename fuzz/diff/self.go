package diff

import (
	"bytes"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
)

// selfCheck holds us to promises that need no oracle: what is printed reads
// back to the same text, and compiling twice gives the same bytes.
func (k *Checker) selfCheck() bool {
	if !k.config.Self {
		return false
	}
	text := air.Print(k.c.Module)
	again, err := air.Parse("printed", text)
	if err != nil {
		return k.object(Signature{Oracle: "self", Kind: "parse", Tag: firstWords(err.Error())}, -1, err.Error())
	}
	if !bytes.Equal(text, air.Print(again)) {
		return k.object(Signature{Oracle: "self", Kind: "print"}, -1, "the printed module reads back as another one")
	}
	image, err := backend.Compile(again, k.options())
	if err != nil {
		return k.object(Signature{Oracle: "self", Kind: "compile", Tag: firstWords(err.Error())}, -1, "the module compiles, but not as it reads back: "+err.Error())
	}
	if !sameBytes(k.image, image) {
		return k.object(Signature{Oracle: "self", Kind: "unequal-bytes"}, -1, "compiling the same module twice gives different bytes")
	}
	return false
}

func sameBytes(a, b *backend.Image) bool {
	if len(a.Segments) != len(b.Segments) {
		return false
	}
	for i := range a.Segments {
		x, y := &a.Segments[i], &b.Segments[i]
		if x.Addr != y.Addr || x.Size != y.Size || !bytes.Equal(x.Data, y.Data) {
			return false
		}
	}
	return true
}

// Self switches the self checks on or off for the following cases.
func (k *Checker) Self(on bool) { k.config.Self = on }
