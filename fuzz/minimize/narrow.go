package minimize

import (
	"iter"
	"math/bits"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
)

// narrowWidths are the widths that narrowTypes tries, simplest first.
var narrowWidths = [...]uint32{8, 32, 64, 7, 16, 1, 9, 31, 33}

// narrowTypes replaces an integer type by a simpler one in the whole program, alone and together with the types of its
// shift amounts and bit counts. It works on the text; a text in which a constant no longer fits is no candidate.
func narrowTypes(p *Program) iter.Seq[*Program] {
	return func(yield func(*Program) bool) {
		text := string(air.Print(p.Module))
		for _, name := range intNames(text) {
			from, _ := strconv.Atoi(name[1:])
			for _, width := range narrowWidths {
				if int(width) >= from {
					continue
				}
				for _, names := range renames(name, uint32(from), width) {
					if q := renamed(p, text, names); q != nil && !yield(q) {
						return
					}
				}
			}
		}
	}
}

// intType matches the integer types of a program's text.
const intType = `\b[iu][0-9]+\b`

// intNames returns the integer types of a text in the order of their appearance.
func intNames(text string) (names []string) {
	seen := map[string]bool{}
	for _, name := range regexp.MustCompile(intType).FindAllString(text, -1) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// renames returns the replacements that make a type narrower: of the type, of both signednesses, and with the types of
// amounts and counts.
func renames(name string, from, to uint32) []map[string]string {
	both := map[string]string{"i" + utoa(from): "i" + utoa(to), "u" + utoa(from): "u" + utoa(to)}
	amounts := map[string]string{"u" + utoa(log2(from-1)): "u" + utoa(log2(to-1)), "u" + utoa(log2(from)): "u" + utoa(log2(to))}
	for k, v := range both {
		amounts[k] = v
	}
	return []map[string]string{{name: name[:1] + utoa(to)}, both, amounts}
}

func log2(n uint32) uint32 { return uint32(bits.Len32(n)) }

func utoa(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// renamed parses the text of a program with other names for its types, or returns nil if it does not parse.
func renamed(p *Program, text string, names map[string]string) *Program {
	if len(names) > 0 {
		text = regexp.MustCompile(intType).ReplaceAllStringFunc(text, func(name string) string {
			if to, ok := names[name]; ok {
				return to
			}
			return name
		})
	}
	m, err := air.Parse("", []byte(text))
	if err != nil {
		return nil
	}
	q := &Program{Module: m, Runs: make([]gen.Run, len(p.Runs))}
	for i, r := range p.Runs {
		f := m.Func(r.Func)
		args := make([]*air.Value, len(r.Args))
		for a, v := range r.Args {
			if args[a] = retyped(v, f.Type.Params[a]); args[a] == nil {
				return nil
			}
		}
		q.Runs[i] = gen.Run{Func: r.Func, Args: args}
	}
	return q
}

// dropTypes removes type definitions that are not used, and the name of the rules that types follow; it works on the text.
func dropTypes(p *Program) iter.Seq[*Program] {
	return func(yield func(*Program) bool) {
		if len(p.Module.Types.Named()) == 0 && len(p.Module.ErrorNames) == 0 && p.Module.Types.Rules == air.Zig014 {
			return
		}
		text := string(air.Print(p.Module))
		if first, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(first, "layout ") {
			if q := renamed(p, rest, nil); q != nil && !yield(q) {
				return
			}
		}
		paragraphs := strings.Split(text, "\n\n")
		for i, text := range paragraphs {
			if !strings.HasPrefix(text, "const ") || strings.HasPrefix(text, "const @") {
				continue
			}
			rest := slices.Delete(slices.Clone(paragraphs), i, i+1)
			if q := renamed(p, strings.Join(rest, "\n\n"), nil); q != nil && !yield(q) {
				return
			}
		}
	}
}

// retyped returns a scalar argument as a value of another type: its low bits, if it does not fit.
func retyped(v *air.Value, t *air.Type) *air.Value {
	scalar, ok := t.Scalar()
	if v.Kind != air.IntValue || !ok || t.Kind == air.Enum && v.Type.Kind != air.Enum {
		return nil
	}
	n := v.Int
	if !fits(scalar, n) {
		shift := 64 - scalar.Bits
		if n = int64(uint64(n) << shift >> shift); scalar.Signed {
			n = int64(uint64(v.Int)<<shift) >> shift
		}
	}
	return air.NewInt(t, n)
}
