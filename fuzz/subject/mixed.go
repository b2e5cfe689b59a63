package subject

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// Mixed returns subjects whose programs are mixed: of the functions of every case some are compiled by the subject, the
// others by this project's code generator, and both call each other by the C calling convention. Subjects whose language has
// no form for such programs are left out.
func Mixed(on []Selected) (mixed []Selected) {
	for _, s := range on {
		if languages[s.Subject.Language].seam != nil {
			both := *s.Subject
			both.Name, both.whole = "mixed+"+both.Name, s.Subject
			mixed = append(mixed, Selected{&both, s.Configuration})
		}
	}
	return mixed
}

// split returns cases for a mixed program or for another. In a mixed one the functions are divided at random: the name of
// the case and of the function decide; it has no cases that trap, because a trap of our code would end the program.
func split(cases []*Case, isMixed bool) (divided []*Case) {
	for _, c := range cases {
		if isMixed && slices.ContainsFunc(c.Want, func(o oracle.Outcome) bool { return o.Ending == oracle.Trapped }) {
			continue
		}
		if !isMixed && c.Elsewhere == nil {
			divided = append(divided, c)
			continue
		}
		one := *c
		if one.Elsewhere = nil; isMixed {
			one.Elsewhere = func(function string) bool { return draw(c.Name, function)&1 != 0 }
		}
		divided = append(divided, &one)
	}
	return divided
}

// draw returns a number that names decide.
func draw(names ...string) uint64 {
	h := fnv.New64a()
	for _, n := range names {
		h.Write([]byte(n + "\x00"))
	}
	return h.Sum64() >> 20
}

// own compiles the functions of split cases that are ours to one object file. The cases are those of a program, in order;
// seam names their symbols.
func own(cases []*Case, seam func(number int, symbol string) string) ([]byte, error) {
	var all []link.Object
	var externs []string
	reasons := map[string]bool{}
	for n, c := range cases {
		m := ours(c)
		o := backend.Options{Verify: true, SpillAll: draw(c.Name)%8 == 1, Compress: draw(c.Name)%2 == 0}
		objects, err := backend.Objects(m, o)
		if err != nil {
			return nil, err
		}
		name := func(symbol string) string {
			if reason, ok := export.PanicReason(symbol); ok {
				reasons[reason] = true
				return symbol
			}
			return seam(n, symbol)
		}
		for _, o := range objects {
			if o.Section == link.Debug { // each file has one of each
				continue
			}
			o.Name = name(o.Name)
			o.Relocs = slices.Clone(o.Relocs)
			for i := range o.Relocs {
				if o.Relocs[i].Symbol != "" && o.Relocs[i].Kind != link.PCRelLo12I {
					o.Relocs[i].Symbol = name(o.Relocs[i].Symbol)
				}
			}
			all = append(all, o)
		}
		for _, e := range backend.LinkOptions(m).Externs {
			if !strings.HasPrefix(e, link.PanicPrefix) {
				externs = append(externs, name(e))
			}
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		all = append(all, panicRoutine(reason))
	}
	var out bytes.Buffer
	err := link.WriteObject(&out, all, link.Options{Externs: append(externs, "rv_end")})
	return out.Bytes(), err
}

// ours returns the module with the functions that are compiled here: all others and the globals are extern.
func ours(c *Case) *air.Module {
	m := *c.Module
	m.Funcs, m.Globals = nil, nil
	for _, f := range c.Module.Funcs {
		if !f.Extern && !c.Elsewhere(f.Name) {
			f = &air.Func{Name: f.Name, Type: f.Type, Extern: true}
		}
		m.Funcs = append(m.Funcs, f)
	}
	for _, g := range c.Module.Globals {
		there := *g
		there.Extern, there.Init = true, nil
		m.Globals = append(m.Globals, &there)
	}
	return &m
}

// panicRoutine returns the routine that ends a run with a panic.
func panicRoutine(reason string) link.Object {
	code := int64(int32(export.EndCode(oracle.Panicked, reason)))
	low := code << 52 >> 52
	insts := []isa.Inst{
		{Op: isa.LUI, Rd: isa.A0, Imm: (code - low) >> 12 & (1<<20 - 1)}, {Op: isa.ADDIW, Rd: isa.A0, Rs1: isa.A0, Imm: low},
		{Op: isa.AUIPC, Rd: isa.T1}, {Op: isa.JALR, Rd: isa.Zero, Rs1: isa.T1},
	}
	o := link.Object{Name: link.PanicPrefix + reason, Section: link.Text, Align: 4}
	for _, in := range insts {
		word, err := isa.Encode(in)
		if err != nil {
			panic("subject: the panic routine: " + err.Error())
		}
		o.Data = append(o.Data, byte(word), byte(word>>8), byte(word>>16), byte(word>>24))
	}
	o.Relocs = []link.Reloc{{Offset: 8, Kind: link.CallPLT, Symbol: "rv_end"}}
	return o
}

// writeOwn writes the object file of own.
func writeOwn(path, language string, cases []*Case) error {
	object, err := own(cases, languages[language].seam)
	if err != nil {
		return fmt.Errorf("our part: %w", err)
	}
	return os.WriteFile(path, object, 0o666)
}
