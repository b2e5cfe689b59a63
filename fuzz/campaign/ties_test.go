package campaign

import "testing"

// TestTies checks which suspects are taken to be of one defect.
func TestTies(t *testing.T) {
	lowering := func(name, site string, via ...string) *suspect {
		return &suspect{Name: wrongValue + "/" + name, Kind: wrongValue, Count: 1, Told: true, Sites: []string{site}, Via: via,
			Clues: map[string]*clue{"backend/codegen/x.go:1 " + name: {All: 9, Sites: []string{site}}}}
	}
	both := func(name string, all int, list ...*suspect) []*suspect {
		for _, s := range list {
			s.Clues[name] = &clue{All: all, Sites: s.Sites}
		}
		return list
	}
	routine := lowering("longfloat.longFromInt", "float.float_from_int")
	routine.Library = true
	misled := lowering("wide.wideChecked", "overflow.add_with_overflow")
	misled.Like = routine.Name
	compare := lowering("compare.compare", "compare.cmp_eq")
	compare.Clues["backend/codegen/compare.go:1 compare"] = &clue{All: 4, Sites: compare.Sites, Shared: true}
	beside := lowering("memory.store", "memory.store")
	beside.Count = 0
	others := func(list ...*suspect) []*suspect {
		for _, name := range []string{"arith.not", "shift.shr", "cast.bitcast", "union.unionInit"} {
			list = append(list, lowering(name, name))
		}
		return list
	}
	for _, test := range []struct {
		name     string
		suspects []*suspect
		buckets  int
	}{
		{"a function had a part in both", []*suspect{lowering("overflow.withOverflow", "a", "overflow"), lowering("sat.saturating", "b", "overflow")}, 1},
		{"a function that both call had none", []*suspect{lowering("overflow.withOverflow", "a", "overflow"), lowering("sat.saturating", "b")}, 2},
		{"two of six callers, and others", others(lowering("overflow.withOverflow", "a", "checkedOpOf"), lowering("wide.wideChecked", "b", "checkedOpOf")), 6},
		{"a finding that misled to the library's", []*suspect{misled, routine, compare}, 1},
		{"one that no case showed", []*suspect{lowering("control.condBr", "a"), beside}, 1},
		{"a death that no case showed", []*suspect{lowering("control.condBr", "a"), {Name: "self-stack/-/minimize", Kind: "self-stack", Told: true, Sites: []string{"-"}}}, 2},
		{"one that no case showed, and others", others(beside), 5},
		{"an instruction in both", both("or for i128", 4, lowering("widebits.wideReverse", "a"), lowering("widemul.wideMul", "b")), 1},
		{"an instruction in both, and others", others(both("or for i128", 4, lowering("widebits.wideReverse", "a"), lowering("widemul.wideMul", "b"))...), 6},
		{"a line in both, and others", others(both("backend/codegen/wide.go:30 wideLoad", 6, lowering("wide.wideBitwise", "a"), lowering("wide.wideMinMax", "b"))...), 5},
	} {
		if list := (&sorted{Suspects: test.suspects}).buckets(); len(list) != test.buckets {
			t.Errorf("%s: %d buckets, not %d", test.name, len(list), test.buckets)
		}
	}
}
