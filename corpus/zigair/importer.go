package zigair

import (
	"strconv"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// importer turns the records of a dump into a Suite.
type importer struct {
	*dump
	module *air.Module

	types      map[int]*air.Type
	typeStates map[int]state
	completed  map[int]bool
	typeNames  names

	values      map[int]*air.Value
	valueStates map[int]state

	symbols     map[int]string // of declarations, by id
	symbolNames names
	hasBody     map[int]bool   // functions with a fn record
	byExport    map[string]int // declaration by exported name
	anonymous   map[int]string // globals made for constants whose address is taken
}

func newImporter(d *dump) *importer {
	return &importer{
		dump:        d,
		module:      air.NewModule(),
		types:       map[int]*air.Type{},
		typeStates:  map[int]state{},
		completed:   map[int]bool{},
		typeNames:   names{},
		values:      map[int]*air.Value{},
		valueStates: map[int]state{},
		symbols:     map[int]string{},
		symbolNames: names{},
		hasBody:     map[int]bool{},
		byExport:    map[string]int{},
		anonymous:   map[int]string{},
	}
}

// mistake is a mistake of a dump. The importer panics with it, wherever it finds one, and suite returns it.
type mistake struct{ error }

// suite runs the steps of the import in order.
func (im *importer) suite() (s *Suite, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			found, ok := broken.(mistake)
			if !ok {
				panic(broken)
			}
			s, err = nil, found.error
		}
	}()
	im.module.Types.Rules = air.Zig011 // the compiler that wrote the dumps
	im.module.ErrorNames = im.dump.errors
	im.nameSymbols()
	im.convertTypes()
	im.convertGlobals()
	deaths := im.convertFunctions()
	s = &Suite{Name: im.name, Meta: im.meta.Meta, Module: im.module, Deaths: deaths, Layouts: im.layouts()}
	s.Tests = im.convertTests()
	for _, id := range im.meta.Panic {
		s.Panics = append(s.Panics, im.symbol(id, im.meta.line))
	}
	return s, nil
}

// fail returns the mistake of a line of the dump.
func (im *importer) fail(line int, format string, args ...any) mistake {
	return mistake{im.dump.fail(line, format, args...)}
}

func (im *importer) convertTests() []Test {
	var tests []Test
	for _, r := range im.dump.tests {
		symbol := im.symbol(r.Decl, r.line)
		expect := Expect(r.Expect)
		if expect != Pass && expect != Skip && expect != Unknown {
			panic(im.fail(r.line, "test expects %.60q", r.Expect))
		}
		tests = append(tests, Test{Name: r.Name, Func: symbol, Expect: expect})
	}
	return tests
}

// names is a set of names in use.
type names map[string]bool

// unique returns the name itself, or with a number if it is taken, and records the result.
func (n names) unique(name string) string {
	free := name
	for i := 2; n[free]; i++ {
		free = name + "." + strconv.Itoa(i)
	}
	n[free] = true
	return free
}
