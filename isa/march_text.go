package isa

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// singleLetters are the extensions of one letter in their order (unprivileged manual, "ISA Extension Naming Conventions").
const singleLetters = "iemafdqlcbkjtpvnh"

// versions are those of extensions whose version is not 1.0.
var versions = map[string]string{
	"i": "2p1", "e": "2p0", "m": "2p0", "a": "2p1", "f": "2p2", "d": "2p2", "q": "2p2", "c": "2p0", "zicsr": "2p0", "zifencei": "2p0",
	"zicntr": "2p0", "zihpm": "2p0", "zihintpause": "2p0",
}

// Canonical returns the architecture as the attribute arch of an object has it (psABI, "Attributes"): each extension with its
// version, in the order of the manual, without abbreviations.
func (m March) Canonical() string {
	names := slices.Collect(maps.Keys(m.names))
	names = slices.DeleteFunc(names, func(name string) bool {
		return name == "g" || name == "s" || name == "machine" || name == "zvknh" || name == "zcd" && !m.names["d"] || strings.HasPrefix(name, "rv")
	})
	slices.SortFunc(names, func(x, y string) int { return cmp.Or(cmp.Compare(nameRank(x), nameRank(y)), cmp.Compare(x, y)) })
	var text strings.Builder
	for _, name := range names {
		text.WriteString("_" + Versioned(name))
	}
	return "rv64" + strings.TrimPrefix(text.String(), "_")
}

// Versioned returns the name of an extension with its version: "zba1p0".
func Versioned(name string) string { return name + cmp.Or(versions[name], "1p0") }

// nameRank orders the names of extensions: single letters, then those with z by the letter that follows, then those with s.
func nameRank(name string) int {
	const group = 100
	switch {
	case len(name) == 1:
		return strings.Index(singleLetters, name)
	case name[0] == 'z':
		return group + strings.Index(singleLetters, name[1:2])
	}
	return 2 * group
}
