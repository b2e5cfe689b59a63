//go:build race

package words_test

// raceEnabled tells whether the race detector slows the tests down.
const raceEnabled = true
