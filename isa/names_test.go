package isa

import (
	"strings"
	"testing"
)

// TestNames looks up every name of the table, and names that differ from it by a byte.
func TestNames(t *testing.T) {
	forms := make(map[string]bool)
	for i := range formsByName().slots {
		if s := &formsByName().slots[i]; s.name != "" {
			forms[s.name] = true
		}
	}
	if len(forms) < NumOps {
		t.Errorf("%d mnemonics for %d instructions", len(forms), NumOps)
	}
	for name := range forms {
		if f, ok := formsByName().find(name); !ok || len(f) == 0 {
			t.Errorf("%s is not found", name)
		}
		for i := range name {
			other := name[:i] + strings.ToUpper(name[i:i+1]) + name[i+1:]
			if f, ok := formsByName().find(other); ok != forms[other] || !ok && f != nil {
				t.Errorf("%s is found as well as %s", other, name)
			}
		}
	}
	if _, ok := formsByName().find(""); ok {
		t.Error("the empty name is found")
	}
}

// TestNamesAreSpread bounds the number of slots that a search visits, on which its speed depends.
func TestNamesAreSpread(t *testing.T) {
	for _, c := range []struct {
		what  string
		names []string
	}{{"registers", slotNames(regByName)}, {"mnemonics", slotNames(formsByName())}, {"control registers", slotNames(csrNumbers())}} {
		room := newNames[int](len(c.names))
		sum := 0
		for _, name := range c.names {
			room.set(name, 1)
			want := nameHash(name) >> room.shift
			for want&uint64(len(room.slots)-1) != slotOf(room, name) {
				want++
				sum++
			}
		}
		if sum > len(c.names)/2 {
			t.Errorf("%s: %d collisions among %d names", c.what, sum, len(c.names))
		}
	}
}

func slotNames[T any](t *names[T]) []string {
	var out []string
	for i := range t.slots {
		if t.slots[i].name != "" {
			out = append(out, t.slots[i].name)
		}
	}
	return out
}

func slotOf[T any](t *names[T], name string) uint64 {
	for i := range t.slots {
		if t.slots[i].name == name {
			return uint64(i)
		}
	}
	return ^uint64(0)
}
