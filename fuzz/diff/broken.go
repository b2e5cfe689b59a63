package diff

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
)

// placeInText finds the place of an AIR instruction in a message.
var placeInText = regexp.MustCompile(`func @([^,\s]+), %(\d+):`)

// broken adds the instruction that a message names, and the stack in it.
func (x *Explanation) broken(c *Case, message string) {
	x.Stack = stackOf(message)
	m := placeInText.FindStringSubmatch(message)
	if m == nil || c.Module == nil {
		return
	}
	f := c.Module.Func(m[1])
	n, err := strconv.Atoi(m[2])
	if f == nil || err != nil || n >= len(f.Insts) {
		return
	}
	x.Culprit = newBlamed(f, air.Index(n))
	x.AIR = airAround(f, air.Index(n), nil)
}

// stackOf returns the functions of this module in the text of a stack, without those that report a panic and up to this
// package.
func stackOf(text string) (stack []link.CodeCall) {
	const module = "github.com/rvfuzz/rvfuzz/"
	lines := strings.Split(text, "\n")
	for i := 0; i+1 < len(lines); i++ {
		name, ours := strings.CutPrefix(lines[i], module)
		_, place, ok := strings.Cut(lines[i+1], module)
		if !ok { // built without -trimpath
			place = sourceFile(strings.TrimSpace(lines[i+1]), name)
		}
		file, rest, ok := strings.Cut(place, ".go:")
		if !ours || !ok || strings.Contains(name, "fuzz/diff.panicText") || strings.Contains(name, "fuzz/diff.(*Verdict).stage") {
			continue
		}
		rest, _, _ = strings.Cut(rest, " ")
		line, err := strconv.Atoi(rest)
		if strings.HasPrefix(name, "fuzz/diff.") {
			break
		}
		if open := strings.LastIndexByte(name, '('); open > 0 && err == nil {
			stack = append(stack, link.CodeCall{Func: name[:open], File: file + ".go", Line: line})
		}
	}
	return stack
}

// sourceFile returns the part of a path from the folder on in which a function is: "fuzz/diff/diff.go:7".
func sourceFile(path, function string) string {
	slash := strings.LastIndexByte(function, '/')
	dot := strings.IndexByte(function[slash+1:], '.')
	if dot < 0 {
		return path
	}
	folder := function[:slash+1+dot]
	if at := strings.LastIndex(path, folder+"/"); at >= 0 {
		return path[at:]
	}
	return path
}
