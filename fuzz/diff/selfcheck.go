package diff

import (
	"bytes"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle/layout"
)

// selfCheck checks promises of ours that need no execution: types lie in memory as a second formulation of the rules has it,
// a printed module reads back to the same text, and compiling it again, with the checks that take longer and described to
// debuggers, gives the same bytes.
func (k *Checker) selfCheck(c *compiled) error {
	if !k.config.Self {
		return nil
	}
	if err := checkLayouts(c.Module.Types); err != nil {
		return err
	}
	text := air.Print(c.Module)
	again, err := air.Parse("printed", text)
	if err != nil {
		return diverges(Signature{Oracle: "self", Kind: "parse", Tag: firstWords(err.Error())}, err.Error())
	}
	if !bytes.Equal(text, air.Print(again)) {
		return diverges(Signature{Oracle: "self", Kind: "print"}, "the printed module reads back as another one")
	}
	options := c.options()
	options.Verified, options.Audit, options.Origins, options.Debug = false, true, true, true
	image, err := backend.Compile(again, options)
	if err != nil {
		return diverges(Signature{Oracle: "self", Kind: "compile", Tag: firstWords(err.Error())},
			"the module compiles, but not as it reads back: "+err.Error())
	}
	if !sameBytes(c.image, image) {
		return diverges(Signature{Oracle: "self", Kind: "unequal-bytes"}, "compiling the same module twice gives different bytes")
	}
	return nil
}

// checkLayouts compares the layouts of all types with those of the oracle, and reports the type whose text is shortest:
// others may only contain it.
func checkLayouts(types *air.TypeTable) error {
	book := layout.NewBook()
	var first error
	var least string
	for t := range types.All() {
		err := book.Check(t)
		if err == nil {
			continue
		}
		if text := t.String(); first == nil || len(text) < len(least) || len(text) == len(least) && text < least {
			first, least = diverges(Signature{Oracle: "self", Kind: "layout", Tag: t.Kind.String(), Site: "air.layout"}, err.Error()), text
		}
	}
	return first
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
