//go:build race

package eval

// underRace says that the race detector watches, which makes everything several times slower:
// the exhaustive tests, which have a single goroutine, then stop at narrower widths.
const underRace = true
