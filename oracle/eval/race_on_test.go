//go:build race

package eval

// underRace is set where the race detector runs, which makes everything several times slower:
// the exhaustive tests, which have a single goroutine, then stop at narrower widths.
const underRace = true
