package air

import (
	"bytes"
	"regexp"
)

// placeOf finds what an error of Verify names: a global, a function, or an instruction of one.
var placeOf = regexp.MustCompile(`^(global|func) (@(?:[A-Za-z0-9_.]+|"(?:[^"\\]|\\.)*"))(?:, %(\d+): |: )`)

// PositionOf returns the line and column, from 1, of what an error of Verify names in the text of a module: of a global
// or function the declaration. ok is false if the error or the text names none.
func PositionOf(src []byte, err error) (line, column int, ok bool) {
	m := placeOf.FindSubmatch([]byte(err.Error()))
	if m == nil {
		return 0, 0, false
	}
	declares := regexp.MustCompile(`^(?:(?:extern|threadlocal)\s+)*(?:fn|const|var)\s+` + regexp.QuoteMeta(string(m[2])) + `\s*[(:]`)
	defines := regexp.MustCompile(`^%` + string(m[3]) + `\s*!?\s*=`)
	inside := false
	for n, text := range bytes.Split(src, []byte("\n")) {
		trimmed := bytes.TrimLeft(text, " \t")
		at := len(text) - len(trimmed) + 1
		switch {
		case !inside && declares.Match(trimmed):
			if inside = true; len(m[3]) == 0 {
				return n + 1, at, true
			}
		case inside && defines.Match(trimmed):
			return n + 1, at, true
		}
	}
	return 0, 0, false
}
