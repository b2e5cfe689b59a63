package eval

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/oracle"
)

// Every integer tag at widths 1 to 8, signed and not, on every pair of operands, through one function of AIR for each
// tag and type. The expectation comes from the second formulation, on
// math/big alone.

// widest is the last of the widths.
const widest = 8

// expectation is what a call must return: the bytes of its result, or the reason why it has none.
type expectation struct {
	reason string
	bytes  [2]byte
}

func (e expectation) String() string {
	if e.reason != "" {
		return e.reason
	}
	return fmt.Sprintf("%x", e.bytes)
}

// expected puts an answer into memory as a type of at most 8 bits lies there: extended.
func expected(a answer) expectation {
	if a.reason != "" {
		return expectation{reason: a.reason}
	}
	return expectation{bytes: [2]byte{byte(a.value.Int64())}}
}

// pairRule is the second formulation of a tag on two operands.
type pairRule struct {
	tag    air.Tag
	second func(n integers) *air.Type
	result func(m *air.Module, n integers) *air.Type
	want   func(n integers, x, y *big.Int) expectation
}

// pairRules collects the rules of all binary tags, a base before its _optimized form.
func pairRules() []pairRule {
	same := func(_ *air.Module, n integers) *air.Type { return sameType(n) }
	var rules []pairRule
	for _, ref := range references {
		rule := pairRule{ref.tag, sameType, same, func(n integers, x, y *big.Int) expectation { return expected(ref.answer(n, x, y)) }}
		if ref.shift {
			rule.second = func(n integers) *air.Type { return narrowAmount(ref.tag, n) }
		}
		rules = append(rules, rule)
	}
	for _, ref := range overflowReferences {
		rule := pairRule{tag: ref.tag, second: sameType, want: ref.expectation}
		rule.result = func(m *air.Module, n integers) *air.Type { return m.Types.Tuple(sameType(n), air.U1) }
		if ref.shift {
			rule.second = func(n integers) *air.Type { return narrowAmount(ref.tag, n) }
		}
		rules = append(rules, rule)
	}
	for _, ref := range orders {
		want := func(_ integers, x, y *big.Int) expectation {
			if ref.holds(minus(x, y).Sign()) {
				return expectation{bytes: [2]byte{1}}
			}
			return expectation{}
		}
		rules = append(rules, pairRule{ref.tag, sameType, func(*air.Module, integers) *air.Type { return air.BoolType }, want})
	}
	return rules
}

// narrowAmount is the type of an amount; that of shl_sat has many beyond the width.
func narrowAmount(tag air.Tag, n integers) *air.Type {
	if tag == air.ShlSat {
		return air.IntType(false, uint32(max(n.bits, 4)))
	}
	return amountType(tag, n.bits)
}

// orders are the comparisons, and the orders that satisfy them.
var orders = []struct {
	tag   air.Tag
	holds func(order int) bool
}{
	{air.CmpLt, func(o int) bool { return o < 0 }}, {air.CmpLtOptimized, func(o int) bool { return o < 0 }},
	{air.CmpLte, func(o int) bool { return o <= 0 }}, {air.CmpLteOptimized, func(o int) bool { return o <= 0 }},
	{air.CmpEq, func(o int) bool { return o == 0 }}, {air.CmpEqOptimized, func(o int) bool { return o == 0 }},
	{air.CmpGte, func(o int) bool { return o >= 0 }}, {air.CmpGteOptimized, func(o int) bool { return o >= 0 }},
	{air.CmpGt, func(o int) bool { return o > 0 }}, {air.CmpGtOptimized, func(o int) bool { return o > 0 }},
	{air.CmpNeq, func(o int) bool { return o != 0 }}, {air.CmpNeqOptimized, func(o int) bool { return o != 0 }},
}

func TestBinaryExhaustive(t *testing.T) {
	if underRace {
		t.Log("the race detector watches: of the widths above 3, every 101st pair")
	}
	for _, n := range narrowIntegers() {
		known := map[string][]expectation{} // of the base, for its _optimized form
		for _, rule := range pairRules() {
			base := strings.TrimSuffix(rule.tag.String(), "_optimized")
			known[base] = checkRule(t, rule, n, known[base])
		}
	}
}

// narrowIntegers are the integer types of the exhaustive tests.
func narrowIntegers() []integers {
	var all []integers
	for bits := uint(1); bits <= widest; bits++ {
		all = append(all, integers{false, bits}, integers{true, bits})
	}
	return all
}

// checkRule tries every pair and returns what it expected of them; want is that, if it is known.
func checkRule(t *testing.T, rule pairRule, n integers, want []expectation) []expectation {
	t.Helper()
	second := rule.second(n)
	m := air.NewModule()
	b := air.NewBuilder(m)
	result := rule.result(m, n)
	b.Begin("f", m.Types.Fn(result, sameType(n), second))
	x, y := b.Arg(0), b.Arg(1)
	b.Ret(b.Inst(rule.tag, result, x, y))
	b.End()
	if err := air.Verify(m); err != nil {
		t.Fatalf("%s on %v: %v", rule.tag, n, err)
	}
	p := mustNew(t, m, Config{})
	xs, ys := valuesOf(n.signed, n.bits), valuesOf(second.Signed, uint(second.Bits))
	compute, step := want == nil, sampling(n.bits)
	for i := 0; i < len(xs)*len(ys); i += step {
		x, y := xs[i/len(ys)], ys[i%len(ys)]
		if compute {
			want = append(want, rule.want(n, x, y))
		}
		if got := p.callWords(t, x, y); got != want[i/step] {
			t.Fatalf("%s on %s of %s and %s: got %s, want %s", rule.tag, sameType(n), x, y, got, want[i/step])
		}
	}
	return want
}

// sampling returns that one pair in so many of a width is tried: all, except under the race detector.
func sampling(bits uint) int {
	if underRace && bits > 3 {
		return 101
	}
	return 1
}

// callWords calls @f with integers of at most 64 bits, as Call does but for the making of an Outcome, which takes
// longer than the call.
func (p *Program) callWords(t *testing.T, args ...*big.Int) expectation {
	m, f := &p.machine, p.byName["f"]
	m.memory.reset()
	m.begin()
	m.push(f)
	for i, x := range args {
		m.set(f.params[i], word{bits: uint64(x.Int64()) & lowMask(uint(f.shapes[i].bits))})
	}
	m.runAll()
	got := expectation{reason: m.reason}
	switch m.ending {
	case oracle.Returned:
		if m.result.Defined != nil {
			t.Fatalf("of %v: an undefined bit", args)
		}
		copy(got.bytes[:], m.result.Bytes)
	case oracle.Panicked:
		got.reason = "panic." + m.reason
	case oracle.Illegal:
	default:
		t.Fatalf("of %v: %s %s", args, m.ending, m.reason)
	}
	return got
}

// Every cast between integers of widths 1 to 8, of every value.
func TestIntCastsExhaustive(t *testing.T) {
	for _, tag := range []air.Tag{air.IntCast, air.IntCastSafe, air.Trunc} {
		for _, n := range narrowIntegers() {
			for _, r := range narrowIntegers() {
				if tag == air.Trunc && (r.bits > n.bits || n.signed != r.signed) {
					continue
				}
				p := mustNew(t, unaryModule(tag, sameType(n), sameType(r)), Config{})
				for _, x := range valuesOf(n.signed, n.bits) {
					if got, want := p.callWords(t, x), expected(castAnswer(tag, r, x)); got != want {
						t.Fatalf("%s from %s to %s of %s: got %s, want %s", tag, sameType(n), sameType(r), x, got, want)
					}
				}
			}
		}
	}
}

// Every unary tag at widths 1 to 8, of every value.
func TestUnaryExhaustive(t *testing.T) {
	for _, ref := range unaryReferences {
		for _, n := range narrowIntegers() {
			if ref.only != nil && !ref.only(n) {
				continue
			}
			p := mustNew(t, unaryModule(ref.tag, sameType(n), ref.result(n)), Config{})
			for _, x := range valuesOf(n.signed, n.bits) {
				if got, want := p.callWords(t, x), expected(answer{value: ref.answer(n, x)}); got != want {
					t.Fatalf("%s on %s of %s: got %s, want %s", ref.tag, sameType(n), x, got, want)
				}
			}
		}
	}
}

// The tags on bool, of every value.
func TestBoolExhaustive(t *testing.T) {
	for tag, truth := range map[air.Tag]string{air.BoolAnd: "0001", air.BoolOr: "0111", air.Xor: "0110", air.CmpEq: "1001", air.CmpNeq: "0110"} {
		p := mustNew(t, binaryModule(tag, air.BoolType, air.BoolType, air.BoolType), Config{})
		for i := range int64(4) {
			got, want := p.callWords(t, big.NewInt(i>>1), big.NewInt(i&1)), expectation{bytes: [2]byte{truth[i] - '0'}}
			if got != want {
				t.Errorf("%s of %d and %d: got %s, want %s", tag, i>>1, i&1, got, want)
			}
		}
	}
	for tag, truth := range map[air.Tag]string{air.Not: "10", air.IntFromBool: "01"} {
		result := air.BoolType
		if tag == air.IntFromBool {
			result = air.U1
		}
		p := mustNew(t, unaryModule(tag, air.BoolType, result), Config{})
		for i := range int64(2) {
			if got, want := p.callWords(t, big.NewInt(i)), (expectation{bytes: [2]byte{truth[i] - '0'}}); got != want {
				t.Errorf("%s of %d: got %s, want %s", tag, i, got, want)
			}
		}
	}
}

// neg of integers, which the verifier leaves to floats but modules made by hand may have.
func TestNegExhaustive(t *testing.T) {
	for _, tag := range []air.Tag{air.Neg, air.NegOptimized} {
		for _, n := range narrowIntegers() {
			p := mustNew(t, unaryModule(tag, sameType(n), sameType(n)), Config{})
			for _, x := range valuesOf(n.signed, n.bits) {
				want := expected(must("overflow", times)(n, x, big.NewInt(-1)))
				if got := p.callWords(t, x); got != want {
					t.Fatalf("%s on %s of %s: got %s, want %s", tag, sameType(n), x, got, want)
				}
			}
		}
	}
}
