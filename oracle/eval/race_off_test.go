//go:build !race

package eval

// underRace says that the race detector watches.
const underRace = false
