package diff

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// explain returns what each side has where they differ.
func (c *compiled) explain(d *mismatch) string {
	f := c.Module.Funcs[d.got.f]
	r := &c.image.Locations[d.got.record]
	text := instText(f, d.got.inst)
	if d.control {
		return fmt.Sprintf("after %s of @%s, emitted by %s before pc %#x, the two go different ways", text, f.Name, r.Site, r.PC)
	}
	t := f.Insts[d.got.inst].Type
	return fmt.Sprintf("%s of type %s in @%s: evaluator %s, %s holds %s, emitted by %s at pc %#x",
		text, t, f.Name, valueText(t, d.want.bytes, d.want.defined), locText(&r.Loc), valueText(t, d.got.bytes, d.got.defined), r.Site, r.PC)
}

// instText returns the text of an instruction without its bodies.
func instText(f *air.Func, i air.Index) string {
	text, _, more := strings.Cut(f.InstText(i), "\n")
	if more {
		text += "..."
	}
	return text
}

// valueText spells the bytes of a value: a number where the type is a scalar.
func valueText(t *air.Type, bytes, defined []byte) string {
	size := min(int(t.Size()), len(bytes))
	if defined = defined[:min(size, len(defined))]; slices.ContainsFunc(defined, func(b byte) bool { return b != 0xff }) {
		return fmt.Sprintf("% x (defined % x)", bytes[:size], defined)
	}
	s, ok := t.Scalar()
	if !ok || s.Bits > 64 || s.Bits == 0 {
		return fmt.Sprintf("% x", bytes[:size])
	}
	var buffer [8]byte
	copy(buffer[:], bytes[:size])
	v := binary.LittleEndian.Uint64(buffer[:])
	shift := 64 - 8*uint(min(size, 8))
	if s.Signed {
		return fmt.Sprint(int64(v<<shift) >> shift)
	}
	return fmt.Sprint(v)
}

// panicText returns the message of a broken rule and where our own code broke it.
func panicText(broken any) string {
	stack := make([]byte, 4<<10)
	return fmt.Sprintf("panic: %v\n%s", broken, stack[:runtime.Stack(stack, false)])
}

// firstWords returns the part of a message that does not depend on the case: up to the first digit, and at most 60
// bytes.
func firstWords(message string) string {
	if i := strings.IndexAny(message, "0123456789%@"); i > 0 {
		message = message[:i]
	}
	message = strings.Join(strings.Fields(strings.ReplaceAll(message, "/", " ")), "-")
	return message[:min(len(message), 60)]
}
