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

// suite runs the steps of the import in order.
func (im *importer) suite() (*Suite, error) {
	im.module.ErrorNames = im.dump.errors
	for _, step := range []func() error{im.nameSymbols, im.convertTypes, im.convertGlobals} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	deaths, err := im.convertFunctions()
	if err != nil {
		return nil, err
	}
	s := &Suite{Name: im.name, Meta: im.meta.Meta, Module: im.module, Deaths: deaths, Layouts: im.layouts()}
	if s.Tests, err = im.convertTests(); err != nil {
		return nil, err
	}
	for _, id := range im.meta.Panic {
		symbol, err := im.symbol(id, im.meta.line)
		if err != nil {
			return nil, err
		}
		s.Panics = append(s.Panics, symbol)
	}
	return s, nil
}

func (im *importer) convertTests() ([]Test, error) {
	var tests []Test
	for _, r := range im.dump.tests {
		symbol, err := im.symbol(r.Decl, r.line)
		if err != nil {
			return nil, err
		}
		expect := Expect(r.Expect)
		if expect != Pass && expect != Skip && expect != Unknown {
			return nil, im.fail(r.line, "test expects %.60q", r.Expect)
		}
		tests = append(tests, Test{Name: r.Name, Func: symbol, Expect: expect})
	}
	return tests, nil
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
