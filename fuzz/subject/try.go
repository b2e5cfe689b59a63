package subject

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// Verdict is what a trial shows of a case.
type Verdict struct {
	Case *Case
	// Refused is why the compiler did not compile the program, which is then a defect of the compiler or the exporter.
	Refused error
	// Difference is the first run's that differs, and Run its position.
	Difference *oracle.Difference
	Run        int
}

// Differs reports whether the compiler did not do what AIR says.
func (v *Verdict) Differs() bool { return v.Refused != nil || v.Difference != nil }

// String describes the difference.
func (v *Verdict) String() string {
	switch {
	case v.Refused != nil:
		return "not compiled: " + v.Refused.Error()
	case v.Difference != nil:
		return fmt.Sprintf("run %d, %s", v.Run, v.Difference)
	}
	return "agrees"
}

// Try compiles cases as one program, runs it and compares. The verdicts are of the cases that the language can say, in
// order. Where the program is refused or ends early, the cases concerned are tried again in smaller programs.
func (b *Bench) Try(ctx context.Context, s *Subject, c *Configuration, m Machine, cases []*Case) ([]Verdict, error) {
	cases = split(cases, s.whole != nil)
	text, cases := Export(s.Language, cases, b.skips)
	if len(cases) == 0 {
		return nil, nil
	}
	elf, err := b.Compile(ctx, s, c, text, cases)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case len(cases) == 1 && isLimit(err):
		if b.skips != nil {
			b.skips["beyond a limit of the compiler"]++
		}
		return nil, nil
	case err != nil && len(cases) == 1:
		return []Verdict{{Case: cases[0], Refused: err}}, nil
	case err != nil:
		return b.tryParts(ctx, s, c, m, cases, refused(err, text))
	}
	if m == Checked && languages[s.Language].unchecked {
		m = Quick
	}
	outcomes, err := b.Run(ctx, elf, c.VLEN, m, cases)
	if err != nil {
		return nil, err
	}
	return b.judge(ctx, s, c, m, cases, outcomes)
}

// isLimit reports whether a program is not compiled for a reason that is no defect: the libraries lack a function, or
// the compiler says that it does not have something for riscv64, or that it takes no program that reads undefined memory.
func isLimit(err error) bool {
	return errors.Is(err, errNotLinked) || err != nil && slices.ContainsFunc([]string{"not supported", "does not support", "unimp: ", "is used undefined", "is read but never stored to"},
		func(said string) bool { return strings.Contains(err.Error(), said) })
}

// tryParts tries cases in smaller programs: the one at a position alone, or halves if that is none.
func (b *Bench) tryParts(ctx context.Context, s *Subject, c *Configuration, m Machine, cases []*Case, at int) ([]Verdict, error) {
	parts := [][]*Case{cases[:len(cases)/2], cases[len(cases)/2:]}
	if at >= 0 && at < len(cases) {
		parts = [][]*Case{cases[:at], cases[at : at+1], cases[at+1:]}
	}
	var all []Verdict
	for _, part := range parts {
		verdicts, err := b.Try(ctx, s, c, m, part)
		if err != nil {
			return nil, err
		}
		all = append(all, verdicts...)
	}
	return all, nil
}

// What messages of compilers have: a line of the program, and the name of a function or global of a case.
var (
	messageLine = regexp.MustCompile(`\.(?:c|go|ll|ssa|s):(\d+)`)
	caseSymbol  = regexp.MustCompile(`\bc(\d+)[_.]`)
)

// longestCase bounds the text in front of a place in which a name is looked for.
const longestCase = 1 << 20

// refused returns the number of the case of which a message of a compiler is, by the last name in front of the place that
// it names or else the name that is in it, and -1 if it has neither. It is a guess.
func refused(message error, text string) int {
	said := message.Error()
	if line := messageLine.FindStringSubmatch(said); line != nil {
		n, _ := strconv.Atoi(line[1])
		lines := strings.SplitAfterN(text, "\n", n+1)
		said = strings.Join(lines[:min(n, len(lines))], "")
		said = said[max(0, len(said)-longestCase):]
	}
	names := caseSymbol.FindAllStringSubmatch(said, -1)
	if len(names) == 0 {
		return -1
	}
	n, err := strconv.Atoi(names[len(names)-1][1])
	if err != nil {
		return -1
	}
	return n
}

// judge compares outcomes. Cases that were not reached are tried again without those before them.
func (b *Bench) judge(ctx context.Context, s *Subject, c *Configuration, m Machine, cases []*Case, outcomes [][]oracle.Outcome) ([]Verdict, error) {
	verdicts := make([]Verdict, 0, len(cases))
	for i, one := range cases {
		if len(one.Runs) > 0 && outcomes[i][0].Reason == notReached {
			rest, err := b.Try(ctx, s, c, m, cases[i:])
			return append(verdicts, rest...), err
		}
		verdicts = append(verdicts, compare(one, outcomes[i]))
	}
	return verdicts, nil
}

func compare(c *Case, outcomes []oracle.Outcome) Verdict {
	for k := range c.Runs {
		if d := oracle.Compare(&c.Want[k], &outcomes[k], nil); d != nil {
			return Verdict{Case: c, Difference: d, Run: k}
		}
	}
	return Verdict{Case: c}
}

// Culprit is who is wrong where a program differs.
type Culprit string

// The culprits. Nobody means that the program alone does not differ.
const (
	Nobody      Culprit = "nobody"
	TheSubject  Culprit = "subject"
	TheLanguage Culprit = "subject or exporter"
	TheExporter Culprit = "exporter or evaluator"
	TheMachine  Culprit = "machine"
	TheSeam     Culprit = "code generator or seam" // of a mixed program
)

// Classify runs a case that differs again, alone: on two machines, which both must see the difference, and as reference
// configurations compile it. Where one of them, of this compiler or another of the same language, does what the
// evaluator says, the compiler is wrong. Where only one of another language does, it is the compiler or the exporter to
// its language; where all differ, exporter or evaluator are suspected first.
func (b *Bench) Classify(ctx context.Context, on Selected, one *Case) (Culprit, Verdict, error) {
	first, err := b.alone(ctx, on.Subject, on.Configuration, Checked, one)
	if err != nil || !first.Differs() {
		return Nobody, first, err
	}
	if first.Refused == nil && b.second == nil {
		second, err := b.alone(ctx, on.Subject, on.Configuration, Second, one)
		switch {
		case err != nil:
			return Nobody, first, err
		case !second.Differs():
			return TheMachine, first, nil
		}
	}
	for _, test := range []struct {
		culprit   Culprit
		witnesses []Selected
	}{{TheSeam, alone(on)}, {TheSubject, b.witnesses(on)}, {TheLanguage, b.others(on)}} {
		isRight, err := b.someoneIsRight(ctx, test.witnesses, one)
		if err != nil || isRight {
			return test.culprit, first, err
		}
	}
	return TheExporter, first, nil
}

// alone returns the compiler of a mixed program, in the same configuration.
func alone(on Selected) []Selected {
	if on.Subject.whole == nil {
		return nil
	}
	return []Selected{{on.Subject.whole, on.Configuration}}
}

// witnesses returns the reference configurations of a compiler and of the other witnesses of its language.
func (b *Bench) witnesses(on Selected) (all []Selected) {
	if own, ok := on.Subject.Configuration(on.Configuration.Reference); ok && own != on.Configuration {
		all = append(all, Selected{on.Subject, own})
	}
	for _, s := range b.Witnesses {
		if s.Language == on.Subject.Language && s != on.Subject {
			all = append(all, Selected{s, &s.Configurations[0]})
		}
	}
	return all
}

// others returns the reference configurations of the witnesses of other languages.
func (b *Bench) others(on Selected) (all []Selected) {
	for _, s := range b.Witnesses {
		if s.Language != on.Subject.Language {
			all = append(all, Selected{s, &s.Configurations[0]})
		}
	}
	return all
}

// someoneIsRight reports whether one of some configurations compiles a case as the evaluator says.
func (b *Bench) someoneIsRight(ctx context.Context, references []Selected, one *Case) (bool, error) {
	for _, r := range references {
		plain, err := b.alone(ctx, r.Subject, r.Configuration, Quick, one)
		switch {
		case errors.Is(err, errNoForm):
		case err != nil || !plain.Differs():
			return err == nil, err
		}
	}
	return false, nil
}

// errNoForm is the error for a case that the language of a subject cannot say.
var errNoForm = errors.New("the case has no form in the language")

func (b *Bench) alone(ctx context.Context, s *Subject, c *Configuration, m Machine, one *Case) (Verdict, error) {
	verdicts, err := b.Try(ctx, s, c, m, []*Case{one})
	switch {
	case err != nil:
		return Verdict{Case: one}, err
	case len(verdicts) == 0:
		return Verdict{Case: one}, errNoForm
	}
	return verdicts[0], nil
}
