package zigair

import (
	"path"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// Entry returns a corpus entry for a test: the part of the module that the test reaches, and one run that must succeed,
// or skip if Zig's own run did.
func (s *Suite) Entry(t *Test) *corpus.Entry {
	m := air.Reachable(s.Module, t.Func)
	run := corpus.Run{Func: t.Func, Want: corpus.Want{Ending: oracle.Returned, Value: s.result(m, t)}}
	e := corpus.New(corpus.Slug(s.base()+" "+t.Name), m, []corpus.Run{run})
	e.Comment = []string{"Zig 0.11.0, " + s.Meta.Source + ": " + t.Name}
	e.Found = "import of " + s.Meta.Format + " " + s.Meta.Variant + " " + s.base()
	return e
}

func (s *Suite) base() string {
	name, _, _ := strings.Cut(path.Base(s.Name), ".")
	return name
}

// result is the value that the test must return.
func (s *Suite) result(m *air.Module, t *Test) *air.Value {
	errorUnion := m.Func(t.Func).Type.Elem
	if t.Expect == Skip {
		for value, name := range s.Module.ErrorNames {
			if name == SkipError {
				return &air.Value{Type: errorUnion, Kind: air.ErrorValue, Int: int64(value)}
			}
		}
	}
	return &air.Value{Type: errorUnion, Kind: air.PayloadValue, Elems: []*air.Value{air.VoidConst}}
}
