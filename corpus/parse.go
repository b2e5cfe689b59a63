package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// key is one `key: value` line of the comment part: its name and its place in an Entry.
type key struct {
	name string
	get  func(*Entry) string
	set  func(*Entry, string) error
}

// keys are all keys, in their canonical order.
var keys = []key{
	{"expect", (*Entry).expectText, (*Entry).setExpect},
	textKey("target", func(e *Entry) *string { return &e.Target }),
	textKey("options", func(e *Entry) *string { return &e.Options }),
	textKey("found", func(e *Entry) *string { return &e.Found }),
	textKey("issue", func(e *Entry) *string { return &e.Issue }),
	{"expires", func(e *Entry) string { return e.Expires }, (*Entry).setExpires},
}

func textKey(name string, field func(*Entry) *string) key {
	return key{name,
		func(e *Entry) string { return *field(e) },
		func(e *Entry, value string) error { *field(e) = value; return nil }}
}

// sections are all sections, in their canonical order.
var sections = []struct {
	name  string
	field func(*Entry) *string // nil for run, which is parsed
}{
	{"air", func(e *Entry) *string { return &e.Air }},
	{"run", nil},
	{"live", func(e *Entry) *string { return &e.Live }},
	{"mir", func(e *Entry) *string { return &e.Mir }},
	{"asm", func(e *Entry) *string { return &e.Asm }},
}

// Parse reads an entry; name is that of its file. Errors begin with name and line.
func Parse(name string, data []byte) (*Entry, error) {
	p := parser{name: name, entry: &Entry{Name: path.Base(name)}, seen: map[string]bool{}}
	archive := txtar.Parse(data)
	if err := p.comment(string(archive.Comment)); err != nil {
		return nil, err
	}
	line := 1 + bytes.Count(archive.Comment, []byte{'\n'})
	runs, runLine := "", 0
	for _, file := range archive.Files {
		if err := p.section(line, file); err != nil {
			return nil, err
		}
		if file.Name == "run" {
			runs, runLine = string(file.Data), line+1
		}
		if file.Name == "air" {
			if err := p.air(line); err != nil {
				return nil, err
			}
		}
		line += 1 + bytes.Count(file.Data, []byte{'\n'})
	}
	if !p.seen["-- air --"] {
		return nil, p.fail(line, "the entry has no section air")
	}
	if err := p.runs(runLine, runs); err != nil {
		return nil, err
	}
	if err := p.complete(); err != nil {
		return nil, err
	}
	return p.entry, nil
}

type parser struct {
	name  string
	entry *Entry
	seen  map[string]bool // keys as "key:", sections as "-- name --"
}

func (p *parser) fail(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", p.name, line, fmt.Errorf(format, args...))
}

// once records a key or section, which must be new.
func (p *parser) once(line int, what string) error {
	if p.seen[what] {
		return p.fail(line, "%.60q is given twice", what)
	}
	p.seen[what] = true
	return nil
}

// comment reads the part before the first section.
func (p *parser) comment(text string) error {
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		remark, isRemark := strings.CutPrefix(line, "#")
		switch {
		case line == "":
		case isRemark:
			p.entry.Comment = append(p.entry.Comment, strings.TrimPrefix(remark, " "))
		default:
			if err := p.keyLine(i+1, line); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *parser) keyLine(number int, line string) error {
	name, value, ok := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	if !ok || value == "" {
		return p.fail(number, "expected `key: value`, found %.40q", line)
	}
	for _, k := range keys {
		if k.name != name {
			continue
		}
		if err := p.once(number, name+":"); err != nil {
			return err
		}
		if err := k.set(p.entry, value); err != nil {
			return p.fail(number, "%s: %w", name, err)
		}
		return nil
	}
	return p.fail(number, "unknown key %.60q", name)
}

func (e *Entry) expectText() string {
	name := expectationNames[e.Expect.Kind]
	switch e.Expect.Kind {
	case Reject:
		return name + " " + strconv.Quote(e.Expect.Text)
	case Diverge:
		return name + " " + e.Expect.Text
	}
	return name
}

func (e *Entry) setExpect(value string) error {
	word, rest, _ := strings.Cut(value, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case word == "agree" && rest == "":
		e.Expect = Expect{Kind: Agree}
		return nil
	case word == "diverge" && rest != "":
		e.Expect = Expect{Kind: Diverge, Text: rest}
		return nil
	case word == "reject":
		text, err := strconv.Unquote(rest)
		if err == nil && text != "" {
			e.Expect = Expect{Kind: Reject, Text: text}
			return nil
		}
	}
	return fmt.Errorf("%.60q is none of: agree, reject \"text\", diverge SIGNATURE", value)
}

func (e *Entry) setExpires(value string) error {
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		return fmt.Errorf("%.60q is not a day like 2006-01-02", value)
	}
	e.Expires = value
	return nil
}

func (p *parser) section(line int, file txtar.File) error {
	if err := p.once(line, "-- "+file.Name+" --"); err != nil {
		return err
	}
	for _, s := range sections {
		if s.name != file.Name {
			continue
		}
		if len(bytes.TrimSpace(file.Data)) == 0 {
			return p.fail(line, "section %s is empty", file.Name)
		}
		if s.field != nil {
			*s.field(p.entry) = string(file.Data)
		}
		return nil
	}
	return p.fail(line, "unknown section %.60q", file.Name)
}

// air reads the program. Lines in its errors are within the section and become lines of the file.
func (p *parser) air(line int) error {
	p.entry.airLine = line
	module, err := air.Parse(p.name, []byte(p.entry.Air))
	var syntax *air.SyntaxError
	switch {
	case err == nil:
		p.entry.Module = module
	case p.entry.Expect.Kind == Reject:
	case errors.As(err, &syntax):
		return fmt.Errorf("%s:%d:%d: %s", p.name, line+syntax.Line, syntax.Column, syntax.Message)
	default:
		return p.fail(line, "%w", err)
	}
	return nil
}

func (p *parser) runs(first int, text string) error {
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if p.entry.Module == nil {
			return p.fail(first+i, "a run line of a program that does not parse")
		}
		run, err := ParseRun(p.entry.Module, line)
		if err != nil {
			return p.fail(first+i, "%w", err)
		}
		run.Line = first + i
		p.entry.Runs = append(p.entry.Runs, run)
	}
	return nil
}

// complete checks that the keys which the expectation requires are present, and no others.
func (p *parser) complete() error {
	e := p.entry
	switch {
	case !p.seen["expect:"]:
		return p.fail(1, "the entry has no key expect")
	case e.Expect.Kind == Diverge && (e.Issue == "" || e.Expires == ""):
		return p.fail(1, "a known divergence needs the keys issue and expires")
	case e.Expect.Kind != Diverge && (e.Issue != "" || e.Expires != ""):
		return p.fail(1, "the keys issue and expires are for known divergences")
	}
	return nil
}

// Format returns the canonical text of an entry, which Parse reads back to the same entry.
func Format(e *Entry) []byte {
	var comment bytes.Buffer
	for _, line := range e.Comment {
		comment.WriteString(strings.TrimRight("# "+oneLine(line), " "))
		comment.WriteByte('\n')
	}
	for _, k := range keys {
		if value := k.get(e); value != "" {
			fmt.Fprintf(&comment, "%s: %s\n", k.name, oneLine(value))
		}
	}
	comment.WriteByte('\n')
	archive := txtar.Archive{Comment: comment.Bytes()}
	for _, s := range sections {
		text := e.runText()
		if s.field != nil {
			text = *s.field(e)
		}
		if text != "" {
			archive.Files = append(archive.Files, txtar.File{Name: s.name, Data: []byte(text)})
		}
	}
	return txtar.Format(&archive)
}

// oneLine returns a text with its white space reduced to single spaces, as a line of the comment part.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
