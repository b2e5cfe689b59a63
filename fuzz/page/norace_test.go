//go:build !race

package page

// raceEnabled reports whether the race detector slows the tests down.
const raceEnabled = false
