package eval

import (
	"math/rand"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

// piece is what a mutation exchanges: words, numbers, constants, whole types.
var piece = regexp.MustCompile(`%\d+|<[^<>{}]*>|\b[a-z_]+\b|-?\d+|\*+[a-zA-Z0-9_]+|\?[a-z0-9]+|@Vector\([^)]*\)`)

// Modules that differ from working ones by a few exchanged pieces, as long as the verifier accepts them, have outcomes.
// This reaches what no text of a test has: operands of odd types, values of no bits, huge numbers.
func TestMutatedModulesHaveOutcomes(t *testing.T) {
	src, err := os.ReadFile("../../backend/air/testdata/tags.air")
	if err != nil {
		t.Skipf("skipped: %v", err)
	}
	random := rand.New(rand.NewSource(6))
	extra := []string{"u0", "i0", "u1", "i65", "u128", "f16", "f80", "f128", "void", "bool", "[0]u8", "?u8", "?void", "@Vector(3, u5)",
		"@Vector(2, f64)", "anyerror!void", "anyerror!u128", "<u8, undefined>", "<usize, 9223372036854775807>", "0", "-1", "65535"}
	functions := strings.Split(string(src), "\nfn ")
	accepted, rounds := 0, 6000
	switch {
	case os.Getenv("RVFUZZ_ALL") != "":
		rounds = 300000
	case underRace:
		rounds = 600
	}
	for range rounds {
		function := functions[1+random.Intn(len(functions)-1)]
		text := []byte(functions[0] + "\nfn " + string(mutate(random, []byte(function), extra)))
		m, err := air.Parse("mutant.air", text)
		if err != nil || air.Verify(m) != nil {
			continue
		}
		p, err := New(m, Config{MaxSteps: 300, MaxDepth: 10, MaxMemory: 1 << 20})
		if err != nil {
			continue
		}
		accepted++
		for _, def := range m.Funcs {
			checkMutant(t, p, def, text)
		}
	}
	if accepted < rounds/50 {
		t.Errorf("only %d mutants were accepted: the test tests nothing", accepted)
	}
	t.Logf("%d mutants accepted", accepted)
}

func checkMutant(t *testing.T, p *Program, def *air.Func, text []byte) {
	defer func() {
		if r := recover(); r != nil {
			t.Fatalf("@%s: panic: %v\n%s", def.Name, r, air.Print(p.module))
		}
	}()
	checkOutcome(t, p, def, int64(len(text))%7-1)
}

// mutate exchanges one to three pieces of a function for others of it, or extra ones.
func mutate(random *rand.Rand, src []byte, extra []string) []byte {
	text := append([]byte{}, src...)
	for range 1 + random.Intn(3) {
		at := piece.FindAllIndex(text, -1)
		from, to := at[random.Intn(len(at))], at[random.Intn(len(at))]
		replacement := text[from[0]:from[1]]
		if random.Intn(3) == 0 {
			replacement = []byte(extra[random.Intn(len(extra))])
		}
		text = append(append(append([]byte{}, text[:to[0]]...), replacement...), text[to[1]:]...)
	}
	return text
}
