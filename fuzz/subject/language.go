package subject

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/fuzz/export"
	"github.com/rvfuzz/rvfuzz/fuzz/export/c"
	"github.com/rvfuzz/rvfuzz/fuzz/export/golang"
	"github.com/rvfuzz/rvfuzz/fuzz/export/ir"
	"github.com/rvfuzz/rvfuzz/fuzz/export/llvm"
	"github.com/rvfuzz/rvfuzz/fuzz/export/qbe"
)

// Batch is a program in some language that performs the runs of many cases.
type Batch interface {
	// Add adds a case; an error leaves the batch as it was.
	Add(c export.Case) error
	// Text returns the program.
	Text() string
}

// language is what cases are exported to.
type language struct {
	batch     func() Batch
	extension string // of source files
	// executable says that a program needs no linking: it has its own start.
	executable bool
	// small says that cases of integers of more than 64 bits, floats other than f32 and f64, or variadic functions have no
	// form in it.
	small bool
	// unchecked says that programs break rules of the calling convention that the machine checks: Go has another one, and
	// QBE saves registers below the stack pointer before it lowers that.
	unchecked bool
	// seam returns the name that the symbol of a case has, by the number of the case, in a language whose functions can
	// follow the C calling convention; nil for the others.
	seam func(number int, symbol string) string
}

func seamLLVM(number int, symbol string) string { return fmt.Sprintf("c%d.%s", number, symbol) }

func seamC(number int, symbol string) string {
	return ir.Identifier(fmt.Sprintf("c%d_%s", number, symbol))
}

var languages = map[string]language{
	"llvm":     {batch: func() Batch { return new(llvm.Batch) }, extension: ".ll", seam: seamLLVM},
	"c":        {batch: func() Batch { return c.New(c.BitInt) }, extension: ".c", seam: seamC},
	"c-masked": {batch: func() Batch { return c.New(c.Masked) }, extension: ".c", seam: seamC},
	"c-plain":  {batch: func() Batch { return c.New(c.Plain) }, extension: ".c", small: true},
	"go":       {batch: func() Batch { return golang.New() }, extension: ".go", executable: true, small: true, unchecked: true},
	"qbe":      {batch: func() Batch { return qbe.New() }, extension: ".ssa", small: true, unchecked: true},
}

// LanguageNames returns the names of the languages that cases are exported to.
func LanguageNames() []string { return slices.Sorted(maps.Keys(languages)) }

// NewBatch returns an empty program in a language.
func NewBatch(name string) (Batch, error) {
	l, ok := languages[name]
	if !ok {
		return nil, fmt.Errorf("%.20q is none of the languages %s", name, strings.Join(LanguageNames(), ", "))
	}
	return l.batch(), nil
}

// Skips counts cases by a reason: that a language cannot say them, or that they differ as a known defect does.
type Skips map[string]int

// add counts an error: by the tag, without its place, and what about it has no form.
func (s Skips) add(err error) {
	reason := err.Error()
	if u := (*air.Unsupported)(nil); errors.As(err, &u) {
		reason = u.What
		if _, tag, ok := strings.Cut(u.Inst, ": "); ok {
			reason = tag + ": " + reason
		}
	}
	s[reason]++
}

// String returns the reasons with their counts, the most frequent first.
func (s Skips) String() string {
	reasons := slices.SortedFunc(maps.Keys(s), func(a, b string) int {
		return cmp.Or(cmp.Compare(s[b], s[a]), strings.Compare(a, b))
	})
	for i, r := range reasons {
		reasons[i] = fmt.Sprintf("%d %s", s[r], r)
	}
	return strings.Join(reasons, ", ")
}

// Export returns the text of cases in a language, and the cases that are in it. The others are counted in skips, which may
// be nil.
func Export(name string, cases []*Case, skips Skips) (text string, in []*Case) {
	batch := languages[name].batch()
	for _, c := range cases {
		if err := batch.Add(c.Case); err == nil {
			in = append(in, c)
		} else if skips != nil {
			skips.add(err)
		}
	}
	return batch.Text(), in
}
