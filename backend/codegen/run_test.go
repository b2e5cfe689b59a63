package codegen_test

import (
	"fmt"
	"path/filepath"
	"sort"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/corpus/zigair"
	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

func runFolder(t *testing.T, folder string, o codegen.Options) (passed, all int, reasons map[string]int) {
	reasons = map[string]int{}
	m := rv64.New(rv64.Config{Checks: rv64.CheckAll, System: mapper()})
	for _, file := range dumps(t, folder) {
		s := readSuite(t, file)
		img, failed, err := build(s.Module, o)
		for _, test := range s.Tests {
			all++
			if err != nil {
				reasons[fmt.Sprintf("%s: build: %v", filepath.Base(file), err)]++
				continue
			}
			if why := runTest(m, s, test, img, failed); why != "" {
				reasons[fmt.Sprintf("%s: %s: %s", filepath.Base(file), test.Name, why)]++
				continue
			}
			passed++
		}
	}
	return
}

func TestRunDumps(t *testing.T) {
	for n := range 2 {
		folder := []string{"debug", "std-debug"}[n%2]
		passed, all, reasons := runFolder(t, folder, knobs[n/2])
		t.Logf("%s %+v: %d of %d tests", folder, knobs[n/2], passed, all)
		var list []string
		for r, n := range reasons {
			list = append(list, fmt.Sprintf("%5d %s", n, r))
		}
		sort.Strings(list)
		for _, l := range list {
			t.Log(l)
		}
	}
}

// mapper serves mmap of anonymous memory, and lets everything else succeed.
func mapper() func(*rv64.Machine) bool {
	next := uint64(0x1_0000_0000)
	return func(m *rv64.Machine) bool {
		switch m.X(17) {
		case 222:
			size := (m.X(11) + 4095) &^ 4095
			if err := m.Map(rv64.Region{Name: "heap", Addr: next, Size: size, Rights: rv64.Read | rv64.Write, Defined: true}); err != nil {
				m.End(oracle.Unsupported, err.Error(), "")
				return true
			}
			m.SetX(10, next)
			next += size + 4096
		case 278: // getrandom
			if err := m.WriteMemory(m.X(10), make([]byte, m.X(11))); err != nil {
				m.End(oracle.Unsupported, err.Error(), "")
				return true
			}
			m.SetX(10, m.X(11))
		default:
			m.SetX(10, 0)
		}
		return false
	}
}

// runTest runs one test and says what is wrong, or "".
func runTest(m *rv64.Machine, s *zigair.Suite, test zigair.Test, img *link.Image, failed map[string]error) string {
	if err := load(m, img); err != nil {
		return err.Error()
	}
	for _, name := range s.Panics {
		if sym, ok := img.Symbol(name); ok {
			m.StopAt(sym.Addr, "panic handler")
		}
	}
	for _, f := range s.Module.Funcs {
		if err := failed[f.Name]; err != nil {
			sym, _ := img.Symbol(f.Name)
			m.StopAt(sym.Addr, "unsupported: "+err.Error())
		}
	}
	sym, ok := img.Symbol(test.Func)
	if !ok {
		return "no such function " + test.Func
	}
	r := m.Call(sym.Addr, 50_000_000)
	switch {
	case r.Ending != oracle.Returned:
		where := ""
		if n := img.FuncAt(r.PC); n >= 0 {
			where = fmt.Sprintf(" in %s+%#x", img.Funcs[n].Name, r.PC-img.Funcs[n].Addr)
		}
		return fmt.Sprintf("%v %s %s%s", r.Ending, r.Reason, r.Place, where)
	case uint16(m.X(10)) == 0:
		return ""
	case s.ErrorName(uint16(m.X(10))) == zigair.SkipError:
		return ""
	}
	return "error " + s.ErrorName(uint16(m.X(10)))
}
