package main

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
)

// A message quotes the beginning of a token, however long the token is. LONG stands for the token in each input.
func TestMessagesAreShort(t *testing.T) {
	const (
		body  = "fn @main() u8 {\n  %0 = "
		head  = "expect: agree\ntarget: rv64gc\n"
		entry = "\n-- air --\nfn @inc(i8) i8 {\n  %0 = arg(i8, 0)\n  %1 = ret(%0)\n}\n-- run --\n"
	)
	inputs := map[string][]string{
		"asm": {
			"LONG", "LONG a0, a1, a2", "add LONG", "add a0, LONG", "addi a0, a1, LONG", "li a0, LONG", "li a0, 1+LONG", "li a0, 'LONG",
			"call LONG", "la a0, LONG", "lui a0, %LONG(x)", "lui a0, %hi(LONG)", "beq a0, a1, LONG", "ld a0, LONG(a1)", "ld a0, 0(LONG)",
			"fence LONG", "csrr a0, LONG", "vsetvli a0, a1, LONG", "vadd.vv v1, v2, v3, LONG", "cm.push LONG", ".LONG", ".word LONG",
			".ascii \"x\" LONG", ".option LONG", ".option arch, LONG", ".float LONG", ".org LONG", ".if LONG", ".rept LONG", "LONG:\nLONG:",
			".macro LONG\n.endm\nLONG 1", ".macro LONG\n.endm\n.macro LONG\n.endm", ".purgem LONG", ".equ LONG, LONG\n.word LONG", "j 1LONG",
		},
		"disasm": {"LONG"},
		"show": {
			"LONG", "fn LONG", "fn @LONG", "fn @main(LONG", "fn @main() LONG {", body + "LONG", body + "LONG(u8)", body + "arg(LONG",
			body + "arg(u8, LONG", body + "add(%LONG", body + "add(<LONG", body + "ret(<u8, LONG", body + "call(@LONG, [])\n}",
			body + "ret(<u8, @LONG>)\n}", body + "ret(<u8, 1>)\n}\nLONG", "global @LONG", "extern LONG", body + "\"LONG", body + "arg([LONG",
			"LONG\n" + entry, "LONG: 1" + entry, "expect: LONG" + entry, "expect: diverge LONG" + entry, head + "options: LONG" + entry,
			head + "expires: LONG" + entry, head + "target: LONG" + entry, head + entry + "LONG", head + entry + "@LONG() == 1",
			head + entry + "@inc(LONG", head + entry + "@inc(1) == LONG", head + entry + "@inc(1) LONG", head + entry + "-- LONG --",
		},
	}
	failed := 0
	for command, texts := range inputs {
		for _, text := range texts {
			for _, token := range []string{strings.Repeat("z", 100_000), strings.Repeat("9", 100_000), strings.Repeat("é", 50_000)} {
				var complaint bytes.Buffer
				status := run(t.Context(), []string{command, "-"}, strings.NewReader(strings.ReplaceAll(text, "LONG", token)+"\n"), io.Discard, &complaint)
				lines := strings.Split(complaint.String(), "\n")
				longest := slices.MaxFunc(lines, func(a, b string) int { return len(a) - len(b) })
				if len(longest) > 400 {
					t.Errorf("%s of %q: a line of %d bytes: %.100s", command, text, len(longest), longest)
				}
				if status == statusUsage {
					failed++
				}
			}
		}
	}
	if failed < 150 {
		t.Errorf("only %d inputs are errors", failed)
	}
}
