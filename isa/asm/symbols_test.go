package asm

import (
	"fmt"
	"strings"
	"testing"
)

// TestSymbolTable interns many names, some of which differ in one byte only, and finds each of them and no other.
func TestSymbolTable(t *testing.T) {
	var table symbolTable
	if table.find("x") != nil {
		t.Error("an empty table has a symbol")
	}
	want := make(map[string]*symbol)
	for i := range 5000 {
		for _, name := range []string{fmt.Sprint(".L", i), strings.Repeat("x", i%40) + fmt.Sprint(i) + "tail_of_the_name"} {
			if table.find(name) != want[name] {
				t.Fatalf("%s: found %p before it is interned, want %p", name, table.find(name), want[name])
			}
			want[name] = table.intern(name)
		}
	}
	for name, s := range want {
		if table.find(name) != s || table.intern(name) != s || s.name != name {
			t.Fatalf("%s: found %p, interned %p", name, table.find(name), s)
		}
	}
	if table.count != len(want) {
		t.Errorf("%d symbols, want %d", table.count, len(want))
	}
}
