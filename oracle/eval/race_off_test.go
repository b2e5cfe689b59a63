//go:build !race

package eval

// underRace is set where the race detector runs.
const underRace = false
