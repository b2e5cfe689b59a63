package diff

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// Explain judges a case and gives the text that a person starts from: what
// was seen, and the first instruction at which evaluator and code part.
//
//	value/result/shr.i7/arith.shr/register
//	run 0: evaluator 03, code 3d
//	%17 = shr(%3, %4) of type i7: evaluator -3, a5 holds 61, emitted by arith.shr at pc 0x1001c
func (k *Checker) Explain(c *Case) string {
	v := k.Check(c)
	switch {
	case v.Discarded != "":
		return "discarded: " + v.Discarded + "\n"
	case v.Divergence == nil:
		return "all oracles agree\n"
	}
	d := v.Divergence
	where := ""
	if d.Run >= 0 {
		where = fmt.Sprintf("run %d: ", d.Run)
	}
	return fmt.Sprintf("%s\n%s%s\n", d.Signature, where, d.Detail)
}

// explain says of a parting what each side has.
func (k *Checker) explain(p parting) string {
	f := k.c.Module.Funcs[p.got.f]
	m := &k.image.Locations[p.got.mark]
	text, _, _ := strings.Cut(f.InstText(p.got.inst), "\n")
	if p.control {
		return fmt.Sprintf("after %s of @%s, emitted by %s before pc %#x, the two go different ways", text, f.Name, m.Site, m.PC)
	}
	t := f.Insts[p.got.inst].Type
	return fmt.Sprintf("%s of type %s in @%s: evaluator %s, %s holds %s, emitted by %s at pc %#x",
		text, t, f.Name, valueText(t, p.want.bytes, p.want.defined), place(&m.Loc), valueText(t, p.got.bytes, p.got.defined), m.Site, m.PC)
}

func place(l *link.Loc) string {
	if l.Kind == link.LocMem {
		return fmt.Sprintf("%d(%s)", l.Disp, l.Reg)
	}
	return l.Reg.String()
}

// valueText spells the bytes of a value: a number where the type is a scalar.
func valueText(t *air.Type, bytes, defined []byte) string {
	size := min(int(t.Size()), len(bytes))
	for i := range size {
		if byteAt(defined, i) != 0xff {
			return fmt.Sprintf("% x (defined % x)", bytes[:size], defined[:min(size, len(defined))])
		}
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

// describe says where the machine stopped, and at which instruction to look.
func (k *Checker) describe(r *rv64.Halt) string {
	k.host.pc = r.PC
	where := r.Place
	if !strings.HasPrefix(where, "pc ") { // a broken rule's place begins with it
		where = strings.TrimSpace(fmt.Sprintf("pc %#x %s", r.PC, where))
	}
	where += r.Blame()
	if r.Culprit != 0 {
		k.host.pc = r.Culprit
	}
	if f := k.image.FuncAt(k.host.pc); f >= 0 {
		return "@" + k.image.Funcs[f].Name + " at " + where
	}
	return where
}

// panicText gives the message of a broken rule and where our own code broke it.
func panicText(broken any) string {
	stack := make([]byte, 4<<10)
	return fmt.Sprintf("panic: %v\n%s", broken, stack[:runtime.Stack(stack, false)])
}

// firstWords gives the part of a message that does not depend on the case: up
// to the first digit, and not long.
func firstWords(message string) string {
	if i := strings.IndexAny(message, "0123456789%@"); i > 0 {
		message = message[:i]
	}
	message = strings.Join(strings.Fields(strings.ReplaceAll(message, "/", " ")), "-")
	return message[:min(len(message), 60)]
}
