package isa

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// March is a set of extensions, as -march of GNU tools names them. The zero March has no instructions.
type March struct {
	text  string
	names map[string]bool // in lower case, with all that they include
	ops   *[NumOps + 1]bool

	unratified bool // an extension that is not ratified is among names
	zcmp       bool // Zcmp or Zcmt is, which share the words of Zcd
}

// String returns the text that ParseMarch parsed, followed by the changes of With.
func (m March) String() string { return m.text }

// ParseMarch parses an architecture: "rv64gc", "rv64imac_zba_zbb", with versions "rv64i2p1_m2p0", or a profile with or
// without more extensions, "rva22u64_v". The error names the extension that is unknown.
func ParseMarch(text string) (March, error) {
	lower := strings.ToLower(text)
	names := strings.Split(lower, "_")
	if letters, isBase := strings.CutPrefix(lower, "rv64"); isBase {
		names = baseNames(letters)
	}
	m := March{text: text, names: map[string]bool{"machine": true, "s": true}}
	for _, name := range names {
		name, ok := extensionName(name)
		if !ok {
			return March{}, fmt.Errorf("isa: march %.60q: unknown extension %.60q", text, name)
		}
		m.add(name)
	}
	if !m.names["i"] {
		return March{}, fmt.Errorf("isa: march %.60q does not begin with rv64i, rv64g or a profile", text)
	}
	return m.indexed(), nil
}

// baseNames splits what follows rv64: single letters, each perhaps with a version, and then longer names.
func baseNames(text string) []string {
	var names []string
	for text != "" {
		if strings.IndexByte("szx", text[0]) >= 0 {
			return append(names, strings.Split(text, "_")...)
		}
		n := len(singleLetter.FindString(text))
		names = append(names, text[:n])
		if text = text[n:]; text == "_" {
			return append(names, "")
		}
		text = strings.TrimPrefix(text, "_")
	}
	return names
}

var (
	singleLetter = regexp.MustCompile(`^.([0-9]+(p[0-9]+)?)?`)
	version      = regexp.MustCompile(`[0-9]+p[0-9]+$`)
)

// extensionName returns the name of an extension without its version, and whether it is known.
func extensionName(text string) (string, bool) {
	known := knownExtensions()
	switch bare := version.ReplaceAllString(text, ""); {
	case known[text]:
		return text, true
	case known[bare]:
		return bare, true
	case text != "" && known[text[:1]] && strings.Trim(text[1:], "0123456789") == "":
		return text[:1], true
	}
	return text, false
}

// knownExtensions is the set of all names that ParseMarch takes.
var knownExtensions = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{"h": true}
	for _, row := range Rows() {
		known[strings.ToLower(row.Ext)] = true
	}
	for name, list := range implied {
		known[name] = true
		for _, more := range strings.Fields(list) {
			known[more] = true
		}
	}
	for _, name := range strings.Fields(silent) {
		known[name] = true
	}
	return known
})

// EveryExtension returns the architecture that has all ratified instructions of the table.
func EveryExtension() March { return everyExtension() }

var everyExtension = sync.OnceValue(func() March {
	names := maps.Clone(knownExtensions())
	for op := Op(NumRatified + 1); op <= NumOps; op++ {
		delete(names, strings.ToLower(op.Row().Ext))
	}
	return March{text: "rv64 with every ratified extension", names: names}.indexed()
})

// With returns the architecture with an extension more, "+zba", or less, "-c". An extension brings those that it includes, and
// takes with it those that include it.
func (m March) With(change string) (March, error) {
	change = strings.ToLower(change)
	if len(change) < 2 || change[0] != '+' && change[0] != '-' {
		return March{}, fmt.Errorf("isa: %.60q is not an extension with + or - before it", change)
	}
	name, ok := extensionName(change[1:])
	if !ok {
		return March{}, fmt.Errorf("isa: unknown extension %.60q", name)
	}
	m.names = maps.Clone(m.names)
	m.text += change
	if change[0] == '+' {
		m.add(name)
	} else {
		m.remove(name)
	}
	return m.indexed(), nil
}

func (m March) add(name string) {
	if m.names[name] {
		return
	}
	m.names[name] = true
	for _, more := range strings.Fields(implied[name]) {
		m.add(more)
	}
}

func (m March) remove(name string) {
	if !m.names[name] {
		return
	}
	delete(m.names, name)
	for whole, list := range implied {
		if m.names[whole] && slices.Contains(strings.Fields(list), name) {
			m.remove(whole)
		}
	}
	if strings.Contains(" a b c m zk zkn zks ", " "+name+" ") { // no more than names of their parts
		for _, part := range strings.Fields(implied[name]) {
			m.remove(part)
		}
	}
}

// indexed returns m with the set of its instructions.
func (m March) indexed() March {
	m.ops, m.unratified, m.zcmp = new([NumOps + 1]bool), false, m.names["zcmp"] || m.names["zcmt"]
	for op := Op(1); op <= NumOps; op++ {
		m.ops[op] = m.brings(op)
		m.unratified = m.unratified || m.ops[op] && !op.Ratified()
	}
	return m
}

// Has reports whether the architecture has the instruction.
func (m March) Has(op Op) bool { return m.ops != nil && op.valid() && m.ops[op] }

// HasExtension reports whether the architecture has an extension, "v", or includes it.
func (m March) HasExtension(name string) bool { return m.names[strings.ToLower(name)] }

// HasUnratified reports whether the architecture has instructions that are not ratified.
func (m March) HasUnratified() bool { return m.unratified }

// HasInst is Has for the operands of in: Zbb has packw rd,rs1,zero, its zext.h, and no other packw.
func (m March) HasInst(in Inst) bool {
	return m.Has(in.Op) || in.Op == PACKW && in.Rs2 == Zero && m.names["zbb"]
}

func (m March) brings(op Op) bool {
	row := op.Row()
	ext := strings.ToLower(row.Ext)
	if ext == "v" {
		ext = vectorSubset(row.Mnemonic)
	}
	if m.names[ext] && m.hasAll(needs(row.Mnemonic, ext)) {
		return true
	}
	for name, ops := range shared {
		if m.names[name] && slices.Contains(ops, op) {
			return true
		}
	}
	return false
}

func (m March) hasAll(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !m.names[name] })
}
