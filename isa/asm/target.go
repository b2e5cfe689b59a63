package asm

import (
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// target is what .option changes: which instructions are allowed, and which are written in 16 bits.
type target struct {
	limited bool      // some instructions are mistakes: those outside march, or 16-bit ones
	march   isa.March // of which every instruction is allowed, unless it is short and norvc
	norvc   bool
	rvc     bool                // write instructions in 16 bits where possible
	shorts  isa.CompressedForms // by these forms
	relax   bool                // of an object: linkers may shorten what follows
	pic     bool                // of an object: la goes through the global offset table
}

func newTarget(opt *Options) target {
	t := target{march: isa.EveryExtension(), rvc: opt.Compress, shorts: opt.CompressedForms, relax: opt.Relax}
	if opt.March != nil {
		t.limited, t.march = true, *opt.March
	}
	if t.shorts == 0 {
		t.shorts = isa.RVC
		if t.limited {
			t.shorts = t.march.CompressedForms()
		}
	}
	return t
}

// permits reports whether the target has an instruction. If not it reports a mistake, with the name that is written if it is
// not that of the instruction itself.
func (a *assembler) permits(in isa.Inst, name string) bool {
	if name == "" {
		name = in.Op.String()
	}
	switch {
	case a.norvc && in.Op.Size() == 2:
		a.fail(a.now.place, "%s is a 16-bit instruction, after .option norvc", name)
	case !a.march.HasInst(in):
		a.fail(a.now.place, "%s is not in %s", name, a.march)
	default:
		return true
	}
	return false
}

func optionDirective(a *assembler, rest string, at int) {
	word, value, _ := strings.Cut(trim(rest), ",")
	switch trim(word) {
	case "rvc":
		a.compress(true)
	case "norvc":
		a.compress(false)
	case "push":
		a.options = append(a.options, a.target)
	case "pop":
		if len(a.options) == 0 {
			a.failAt(at, ".option pop without push")
			return
		}
		a.target, a.options = a.options[len(a.options)-1], a.options[:len(a.options)-1]
	case "arch":
		a.archOption(value, at)
	case "relax", "norelax":
		a.relax = trim(word) == "relax"
	case "pic", "nopic":
		a.pic = trim(word) == "pic"
	case "csr-check", "no-csr-check": // without effect
	default:
		a.failAt(at, "unknown option %.60q", rest)
	}
}

// compress handles .option rvc and norvc. The latter makes every 16-bit instruction a mistake.
func (a *assembler) compress(on bool) {
	a.rvc, a.norvc = on, !on
	if on && !a.march.Has(isa.C_ADD) {
		a.march, _ = a.march.With("+c")
		a.shorts = a.march.CompressedForms()
	}
	a.limited = a.limited || a.norvc
}

// archOption handles .option arch: a whole architecture, or a list of changes. Instructions are compressed afterwards if the
// architecture that is named has 16-bit ones.
func (a *assembler) archOption(list string, at int) {
	for _, text := range strings.Split(list, ",") {
		text = trim(text)
		march, err := a.changed(text)
		if err != nil {
			a.failAt(at, "%s", trimmed(err))
			return
		}
		whole := text[0] != '+' && text[0] != '-'
		switch had, has := a.march.Has(isa.C_ADD), march.Has(isa.C_ADD); {
		case whole, had != has, strings.EqualFold(text, "+c"), strings.EqualFold(text, "+zca"):
			a.rvc, a.norvc = has, false
		}
		if a.limited || whole || text[0] == '-' {
			a.limited, a.shorts = true, march.CompressedForms()
		}
		a.march = march
	}
}

// changed returns the architecture that a word of .option arch makes of the present one.
func (a *assembler) changed(text string) (isa.March, error) {
	if text == "" || text[0] == '+' || text[0] == '-' {
		return a.march.With(text)
	}
	if a.marches == nil {
		a.marches = make(map[string]isa.March)
	}
	m, known := a.marches[text]
	if !known {
		var err error
		if m, err = isa.ParseMarch(text); err != nil {
			return m, err
		}
		a.marches[text] = m
	}
	return m, nil
}
