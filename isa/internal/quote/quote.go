// Package quote parses the strings and character constants of GNU assembler text byte for byte: whatever is no escape is
// kept, UTF-8 or not.
package quote

// End returns the length of the string or character constant at the start of s: a string in double quotes, up to the
// closing quote or the end of s; or a character after a single quote, 'a' or '\n' or, as GNU allows, 'a.
func End(s string) int {
	if s[0] == '\'' {
		_, n := Char(s)
		return max(n, 1)
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

// Char returns the value and the length of the character constant at the start of s; the length is 0 without one.
func Char(s string) (value byte, n int) {
	switch {
	case len(s) < 2:
		return 0, 0
	case s[1] != '\\':
		value, n = s[1], 2
	case len(s) < 3:
		return 0, 0
	default:
		value, n = escape(s[2:])
		n += 2
	}
	if n < len(s) && s[n] == '\'' {
		n++
	}
	return value, n
}

// AppendString appends the bytes of the string in double quotes at the start of s, and returns its length in s, which is 0
// without a string that is closed.
func AppendString(dst []byte, s string) (out []byte, n int) {
	if s == "" || s[0] != '"' {
		return dst, 0
	}
	for i := 1; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '"':
			return dst, i + 1
		case c == '\\' && i+1 < len(s):
			value, n := escape(s[i+1:])
			dst = append(dst, value)
			i += n
		default:
			dst = append(dst, c)
		}
	}
	return dst, 0
}

// escape returns the byte that the text after a backslash means, and the length of the escape: at most three digits of an
// octal number; all digits of a hexadecimal one, whose low byte counts; an unknown letter means itself.
func escape(s string) (value byte, n int) {
	switch c := s[0]; c {
	case 'b':
		return '\b', 1
	case 'f':
		return '\f', 1
	case 'n':
		return '\n', 1
	case 'r':
		return '\r', 1
	case 't':
		return '\t', 1
	case 'x', 'X':
		n = 1
		for ; n < len(s) && hexDigit(s[n]) >= 0; n++ {
			value = value<<4 | byte(hexDigit(s[n]))
		}
		return value, n
	default:
		if c < '0' || c > '7' { // 8 and 9 are themselves since a binutils between 2.40 and 2.47
			return c, 1
		}
	}
	for ; n < len(s) && n < 3 && s[n] >= '0' && s[n] <= '7'; n++ {
		value = value*8 + s[n] - '0'
	}
	return value, n
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
