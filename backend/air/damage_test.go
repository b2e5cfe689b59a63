package air_test

import (
	"bytes"
	"math/rand"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// TestVerifySurvivesDamage checks that Verify does not panic, whatever is wrong with a module, and that what it accepts
// prints and parses back to something that it accepts.
func TestVerifySurvivesDamage(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	accepted := 0
	for range 2000 {
		m, _ := parseFile(t, "testdata/tags.air")
		f := m.Funcs[random.Intn(len(m.Funcs))]
		if len(f.Insts) == 0 {
			continue
		}
		for range 1 + random.Intn(2) {
			damage(random, m, f)
		}
		if air.Verify(m) != nil {
			continue
		}
		accepted++
		text := air.Print(m)
		again, err := air.Parse("damaged", text)
		if err == nil {
			err = air.Verify(again)
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, f)
		}
		if !bytes.Equal(air.Print(again), text) {
			// Instructions are numbered in the order of the text only after parsing; a second round must not change the
			// text.
			third, err := air.Parse("printed", air.Print(again))
			if err != nil || !bytes.Equal(air.Print(third), air.Print(again)) {
				t.Fatalf("no fixpoint (%v) of\n%s", err, f)
			}
		}
	}
	if accepted == 0 {
		t.Error("every damage was noticed: nothing was printed")
	}
}

// damage breaks one thing in a function.
func damage(random *rand.Rand, m *air.Module, f *air.Func) {
	var c air.Value // a constant to be changed
	place := 0
	if len(f.Consts) > 0 {
		place = random.Intn(len(f.Consts))
		if f.Consts[place] != nil {
			c = *f.Consts[place]
		}
	}
	in := &f.Insts[random.Intn(len(f.Insts))]
	other := &f.Insts[random.Intn(len(f.Insts))]
	pick := func(n int) int { return random.Intn(max(n, 1)) }
	switch random.Intn(16) {
	case 0:
		in.Tag = air.Tag(random.Intn(air.NumTags + 2))
	case 1:
		in.Type = other.Type
	case 2:
		in.Type = nil
	case 3:
		in.Extra = nil
	case 4:
		in.Extra = other.Extra
	case 5:
		in.N = uint32(random.Intn(len(f.Insts) + 3))
	case 6:
		in.Ops = other.Ops
	case 7:
		in.Bodies = other.Bodies
	case 8:
		if len(in.Ops) > 0 {
			in.Ops[pick(len(in.Ops))] = air.Ref(random.Intn(2*len(f.Insts)+8) - len(f.Consts) - 4)
		}
	case 9:
		if len(f.Consts) > 0 {
			f.Consts[place] = nil
		}
	case 10:
		if len(f.Consts) > 0 {
			c.Kind = air.ValueKind(random.Intn(int(air.VoidValue) + 2))
			f.Consts[place] = &c
		}
	case 11:
		if len(f.Consts) > 0 {
			c.Type = other.Type
			f.Consts[place] = &c
		}
	case 12:
		if len(f.Body) > 0 {
			f.Body = append(air.Body{}, f.Body[:pick(len(f.Body))]...)
		}
	case 13:
		if x, ok := in.Extra.(*air.SwitchExtra); ok && len(x.Cases) > 0 {
			x.Cases[0].Items = append(x.Cases[0].Items, nil)
		}
	case 14:
		if in.Type != nil && in.Type.IsNamed() && len(in.Type.Fields) > 0 {
			in.Type.Fields[0].Type = other.Type
		}
	case 15:
		*in = *other
	}
}
