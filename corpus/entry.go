// Package corpus keeps the programs that the project has learnt something from: one small text file
// each, that a person can read and edit and that `go test` replays for ever.
//
// An entry is a txtar archive: comment lines, `key: value` lines, and sections.
//
//	# A narrow add must be canonical again before it is returned.
//	expect: agree
//	target: rv64gc
//
//	-- air --
//	fn @inc(i8) i8 {
//	  %0 = arg(i8, 0)
//	  %1 = add_wrap(%0, <i8, 1>)
//	  %2 = ret(%1)
//	}
//	-- run --
//	@inc(127) == -128
//	@inc(-1) == 0
//
// The keys are expect (required), target, options, found, issue and expires. The sections are air
// (required), run, and live, mir and asm, which hold expected output of the stages. Everything
// else, and everything twice, is an error that names file and line.
//
// Entries come from three folders: regress holds findings, behavior the behaviour tests that the
// code generator of the seed had to skip, seeds what campaigns begin with.
package corpus

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Entry is one program with what is expected of it.
type Entry struct {
	// Name is the file name, without folder.
	Name    string
	Comment []string // the lines after "# ", saying why the entry exists
	Expect  Expect
	Target  string // of the code generator, such as rv64gc
	Options string // text form of the options of the code generator
	Found   string // where the entry comes from; nothing depends on it
	Issue   string // of a known divergence: where it is discussed
	Expires string // of a known divergence: the day (2006-01-02) from which it is an error again

	// Air is the text of the program; Module is what it says, nil for a text that does not parse,
	// which only an entry that expects its rejection may have.
	Air    string
	Module *air.Module
	Runs   []Run

	// Live, Mir and Asm are expected outputs of liveness, codegen and emit; "" where there is none.
	Live, Mir, Asm string
}

// Expectation is what is expected of an entry.
type Expectation uint8

// The verdicts: all oracles and run lines agree; the parser or verifier refuses the program with an
// error that contains the text; a known issue, whose text is the signature.
const (
	Agree Expectation = iota
	Reject
	Diverge
)

var expectationNames = [...]string{Agree: "agree", Reject: "reject", Diverge: "diverge"}

// Expect is a verdict with its text.
type Expect struct {
	Kind Expectation
	Text string
}

// New makes an entry of a module that is expected to agree. Slug says in a few words what it is
// about.
func New(slug string, m *air.Module, runs []Run) *Entry {
	e := &Entry{Target: DefaultTarget, Air: string(air.Print(m)), Module: m, Runs: runs}
	e.Rename(slug)
	return e
}

// DefaultTarget is the target of entries that New makes.
const DefaultTarget = "rv64gc"

// extension of entry files.
const extension = ".txtar"

// hashDigits of the content are part of a file name: enough that the names of some thousand entries
// do not collide.
const hashDigits = 8

// Hash gives the hexadecimal digits that stand for the program and its runs.
func (e *Entry) Hash() string {
	sum := sha256.Sum256([]byte(e.Air + e.runText()))
	return hex.EncodeToString(sum[:])[:hashDigits]
}

// Rename gives the entry the file name that its content and the slug make.
func (e *Entry) Rename(slug string) { e.Name = Slug(slug) + "-" + e.Hash() + extension }

// maxSlug keeps file names short enough for every file system.
const maxSlug = 80

// Slug makes words fit for a file name: lower case letters, digits and single dashes.
func Slug(words string) string {
	var b strings.Builder
	dash := ""
	for _, c := range strings.ToLower(words) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			if b.Len() > 0 {
				dash = "-"
			}
			continue
		}
		if b.Len()+len(dash) >= maxSlug {
			break
		}
		b.WriteString(dash)
		b.WriteRune(c)
		dash = ""
	}
	if b.Len() == 0 {
		return "entry"
	}
	return b.String()
}

func (e *Entry) runText() string {
	var b strings.Builder
	for i := range e.Runs {
		b.WriteString(e.Runs[i].String())
		b.WriteByte('\n')
	}
	return b.String()
}
