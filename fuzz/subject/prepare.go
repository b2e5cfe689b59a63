package subject

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/eval"
)

// Case is a program with the outcomes that its runs must have.
type Case struct {
	export.Case
	Want []oracle.Outcome
	// Name says where the case comes from.
	Name string

	number int // of a candidate of a reduction
}

// maxSteps bounds the AIR instructions of a run.
const maxSteps = 2_000_000

// Prepare evaluates the runs of a valid module. The error says why the case shows nothing: a run is illegal, is not
// evaluated or does not end. What depends on addresses counts as undefined: it differs between two evaluations with
// globals and functions at different places, or is the address of a local.
func Prepare(name string, m *air.Module, runs []gen.Run) (*Case, error) {
	if err := air.Verify(m); err != nil {
		return nil, err
	}
	w := watcher{module: m, undefined: map[place]bool{}}
	want, err := evaluate(m, runs, eval.Config{Trace: w.event})
	if err != nil {
		return nil, err
	}
	moved, err := evaluate(m, runs, eval.Config{Addresses: otherAddresses(m)})
	if err != nil {
		return nil, err
	}
	for i := range want {
		if err := hideAddresses(m, runs[i].Func, &want[i], &moved[i]); err != nil {
			return nil, err
		}
	}
	return &Case{Case: export.Case{Module: m, Runs: runs, Defined: w.defined}, Want: want, Name: name}, nil
}

// place names an instruction.
type place struct {
	function string
	inst     air.Index
}

// watcher collects the instructions that had an undefined result.
type watcher struct {
	module    *air.Module
	undefined map[place]bool
}

func (w *watcher) event(e eval.Event) {
	f := w.module.Funcs[e.Func]
	if w.undefined[place{f.Name, e.Inst}] {
		return
	}
	bits := f.Insts[e.Inst].Type.BitSize()
	for i, d := range e.Defined {
		if left := int64(bits) - int64(i)*8; left <= 0 {
			break
		} else if mask := byte(0xff) >> max(0, 8-left); d&mask != mask {
			w.undefined[place{f.Name, e.Inst}] = true
			return
		}
	}
}

func (w *watcher) defined(function string, inst air.Index) bool {
	return !w.undefined[place{function, inst}]
}

func evaluate(m *air.Module, runs []gen.Run, config eval.Config) ([]oracle.Outcome, error) {
	config.MaxSteps = maxSteps
	p, err := eval.New(m, config)
	if err != nil {
		return nil, err
	}
	outcomes := make([]oracle.Outcome, len(runs))
	for i, r := range runs {
		o := p.Call(r.Func, r.Args)
		switch o.Ending {
		case oracle.Returned, oracle.Trapped, oracle.Panicked:
			outcomes[i] = o
		default:
			return nil, fmt.Errorf("%s: %s", o.Ending, o.Reason)
		}
	}
	return outcomes, nil
}

// otherAddresses returns places for globals and functions that differ from the evaluator's own in order and distance.
func otherAddresses(m *air.Module) map[string]uint64 {
	addresses := map[string]uint64{}
	at := uint64(0x1234_0000)
	for i := len(m.Funcs) - 1; i >= 0; i-- {
		addresses[m.Funcs[i].Name] = at
		at += 1 << 16
	}
	for i := len(m.Globals) - 1; i >= 0; i-- {
		addresses[m.Globals[i].Name] = at
		at += (m.Globals[i].Type.Size() + 1<<17) &^ (1<<16 - 1)
	}
	return addresses
}

// errAddress is why a case is discarded whose end depends on where its globals lie.
var errAddress = errors.New("the outcome depends on addresses")

func hideAddresses(m *air.Module, entry string, want, moved *oracle.Outcome) error {
	if want.Ending != moved.Ending || want.Reason != moved.Reason {
		return errAddress
	}
	everywhere := usesAddressesAsIntegers(m)
	hide(want.Result, &want.Defined, moved.Result, everywhere || holdsAddress(m.Func(entry).Type.Elem))
	for i := range want.Globals {
		g := &want.Globals[i]
		hide(g.Bytes, &g.Defined, moved.Globals[i].Bytes, everywhere || holdsAddress(m.Global(g.Name).Type))
	}
	return nil
}

// usesAddressesAsIntegers reports whether a module makes integers of addresses.
func usesAddressesAsIntegers(m *air.Module) bool {
	for _, f := range m.Funcs {
		for i := range f.Insts {
			in := &f.Insts[i]
			if in.Tag == air.IntFromPtr || in.Tag == air.Bitcast && holdsAddress(f.TypeOf(in.Ops[0])) {
				return true
			}
		}
	}
	return false
}

// holdsAddress reports whether values of a type hold addresses.
func holdsAddress(t *air.Type) bool {
	switch t.Kind {
	case air.Pointer:
		return true
	case air.Array, air.Vector, air.Optional, air.ErrorUnion:
		return holdsAddress(t.Elem)
	case air.Struct, air.Union:
		return slices.ContainsFunc(t.Fields, func(f air.Field) bool { return holdsAddress(f.Type) })
	}
	return false
}

// hide makes words of 8 bytes undefined that differ, or are addresses of locals where the value may hold some.
func hide(data []byte, defined *[]byte, moved []byte, locals bool) {
	for at := 0; at < len(data); at += 8 {
		end := min(at+8, len(data))
		differs := string(data[at:end]) != string(moved[at:end])
		if end == at+8 && locals {
			word := binary.LittleEndian.Uint64(data[at:])
			differs = differs || word >= eval.StackBase && word < eval.StackBase<<1
		}
		if !differs {
			continue
		}
		if *defined == nil {
			*defined = bytes.Repeat([]byte{0xff}, len(data))
		}
		clear((*defined)[at:end])
	}
}

// Features are those of generated programs that exported ones can have: without inline assembly, and without extern
// functions and libraries, which they are not linked with.
const Features = gen.AllFeatures &^ (gen.Assembly | gen.Externs | gen.Routines)
