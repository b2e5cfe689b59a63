package quote_test

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/isa/internal/quote"
)

func TestAppendString(t *testing.T) {
	for _, c := range []struct {
		text, want string
		n          int
	}{
		{`""`, "", 2},
		{`"a\n\t\r\b\f\\\"" rest`, "a\n\t\r\b\f\\\"", 17},
		{`"\101\0\0011\8\18"`, "A\x00\x0118\x018", 18},
		{`"\x41\x1234g\xzz\e"`, "A4g\x00zze", 19},
		{"\"\xff\xc3\xa9\"", "\xff\xc3\xa9", 5},
		{`"a`, "a", 0},
		{`"a\`, "a\\", 0},
		{`a"`, "", 0},
		{``, "", 0},
	} {
		if got, n := quote.AppendString(nil, c.text); string(got) != c.want || n != c.n {
			t.Errorf("AppendString(%q) = %q, %d; want %q, %d", c.text, got, n, c.want, c.n)
		}
	}
}

func TestChar(t *testing.T) {
	for _, c := range []struct {
		text  string
		value byte
		n     int
	}{
		{`'a'`, 'a', 3}, {`'a`, 'a', 2}, {`'a,1`, 'a', 2}, {`'''`, '\'', 3}, {`'\''`, '\'', 4}, {`'\0'`, 0, 4}, {`'\033'`, 27, 6},
		{`'"'`, '"', 3}, {`'\`, 0, 0}, {`'`, 0, 0}, {`'#'`, '#', 3}, {`'\x41'`, 'A', 6},
	} {
		if value, n := quote.Char(c.text); value != c.value || n != c.n {
			t.Errorf("Char(%q) = %q, %d; want %q, %d", c.text, value, n, c.value, c.n)
		}
	}
}

func TestEnd(t *testing.T) {
	for text, want := range map[string]int{`"a;b" c`: 5, `"a\"b"c`: 6, `"open`: 5, `';' x`: 3, `'`: 1, `"\`: 2, `'; x`: 2} {
		if got := quote.End(text); got != want {
			t.Errorf("End(%q) = %d, want %d", text, got, want)
		}
	}
}
