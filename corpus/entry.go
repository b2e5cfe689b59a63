// Package corpus reads and writes corpus entries: AIR programs with the results expected of them, one small text file
// each, which a person can read and edit and which `go test` replays.
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
// The keys are expect (required), target, options, found, issue and expires. The sections are air (required), run, and
// live, mir and asm, which hold expected output of the stages. Anything else, and anything given twice, is an error
// that names file and line.
//
// Entries are in two folders: regress holds findings, behavior tests of Zig's own test suite that its riscv64 backend
// skipped.
package corpus

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// Entry is one program with the results expected of it.
type Entry struct {
	// Name is the file name, without folder.
	Name    string
	Comment []string // the lines after "# ": why the entry exists
	Expect  Expect
	Target  string // of the code generator: rv64gc
	Options string // text form of the options of the code generator
	Found   string // where the entry comes from; nothing depends on it
	Issue   string // of a known divergence: where it is discussed
	Expires string // of a known divergence: the day (2006-01-02) from which it is an error again

	// Air is the text of the program and Module the parsed program, nil if the text does not parse, which only an entry
	// that expects a rejection may have.
	Air    string
	Module *air.Module
	Runs   []Run

	airLine int // of the file, behind which the program begins

	// Live, Mir and Asm are the expected outputs of liveness, codegen and emit; "" if there is none.
	Live, Mir, Asm string
}

// Expectation is the kind of result expected of an entry.
type Expectation uint8

// The expectations: all oracles and run lines agree; the parser or verifier rejects the program with an error that
// contains the text; a known divergence, whose text is the signature.
const (
	Agree Expectation = iota
	Reject
	Diverge
)

var expectationNames = [...]string{Agree: "agree", Reject: "reject", Diverge: "diverge"}

// Expect is an expectation with its text.
type Expect struct {
	Kind Expectation
	Text string
}

// Verify verifies the program. The error begins with the name, line and column of what is wrong.
func (e *Entry) Verify() error {
	err := air.Verify(e.Module)
	if err == nil {
		return nil
	}
	if line, column, ok := air.PositionOf([]byte(e.Air), err); ok {
		return fmt.Errorf("%s:%d:%d: %w", e.Name, e.airLine+line, column, err)
	}
	return fmt.Errorf("%s: %w", e.Name, err)
}

// New returns an entry for a module whose oracles are expected to agree. slug describes it in a few words.
func New(slug string, m *air.Module, runs []Run) *Entry {
	e := &Entry{Target: DefaultTarget, Air: string(air.Print(m)), Module: m, Runs: runs}
	e.Rename(slug)
	return e
}

// DefaultTarget is the target of entries that New makes.
const DefaultTarget = "rv64gc"

// Extension is that of entry files.
const Extension = ".txtar"

// hashDigits is the number of digits of the content's hash in a file name: enough to tell thousands of entries apart.
const hashDigits = 8

// Hash returns the first hexadecimal digits of the hash of the program, its runs and its options.
func (e *Entry) Hash() string {
	sum := sha256.Sum256([]byte(e.Air + e.runText() + e.Options))
	return hex.EncodeToString(sum[:])[:hashDigits]
}

// Rename sets the file name of the entry from the slug and its content.
func (e *Entry) Rename(slug string) { e.Name = Slug(slug) + "-" + e.Hash() + Extension }

// Slug returns the words of the entry's name: without folder, hash and extension.
func (e *Entry) Slug() string {
	name := strings.TrimSuffix(path.Base(filepath.ToSlash(e.Name)), Extension)
	if at := strings.LastIndexByte(name, '-'); at > 0 && len(name)-at-1 == hashDigits {
		if _, err := hex.DecodeString(name[at+1:]); err == nil {
			name = name[:at]
		}
	}
	return name
}

// maxSlug keeps file names short enough for every file system.
const maxSlug = 80

// Slug turns words into a part of a file name: lower case letters, digits and single dashes.
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
