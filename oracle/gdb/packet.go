package gdb

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// packetSize bounds the bytes of a packet.
const packetSize = 1 << 14

// errChecksum is the error of a packet whose sum is wrong.
var errChecksum = errors.New("gdb: wrong checksum")

// Bytes with a meaning in the protocol.
const (
	interruptByte = 0x03
	escapeByte    = '}'
	repeatByte    = '*'
	escapeBit     = 0x20
)

// readPacket returns the next packet without its frame, or that of one byte which is an interrupt. Acknowledgements are
// skipped.
func readPacket(r *bufio.Reader) (string, error) {
	for {
		c, err := r.ReadByte()
		switch {
		case err != nil:
			return "", err
		case c == interruptByte:
			return string(rune(interruptByte)), nil
		case c == '$':
			return readBody(r)
		}
	}
}

// readBody reads a packet up to the checksum of its bytes as they are sent.
func readBody(r *bufio.Reader) (string, error) {
	var body []byte
	sum, escaped := byte(0), false
	for {
		c, err := r.ReadByte()
		if err != nil {
			return "", err
		}
		if c == '#' {
			break
		}
		sum += c
		switch {
		case escaped:
			body, escaped = append(body, c^escapeBit), false
		case c == escapeByte:
			escaped = true
		default:
			body = append(body, c)
		}
		if len(body) > packetSize {
			return "", fmt.Errorf("gdb: a packet of more than %d bytes", packetSize)
		}
	}
	var digits [2]byte
	if _, err := io.ReadFull(r, digits[:]); err != nil {
		return "", err
	}
	if want, ok := parseHex(string(digits[:])); !ok || byte(want) != sum {
		return "", errChecksum
	}
	return string(body), nil
}

// frame returns a packet as it is sent.
func frame(body string) []byte {
	framed := []byte{'$'}
	sum := byte(0)
	add := func(c byte) { framed, sum = append(framed, c), sum+c }
	for _, c := range []byte(body) {
		if c == '$' || c == '#' || c == escapeByte || c == repeatByte {
			add(escapeByte)
			c ^= escapeBit
		}
		add(c)
	}
	return fmt.Appendf(framed, "#%02x", sum)
}

// parseHex reads a hexadecimal number of up to 16 digits.
func parseHex(text string) (value uint64, ok bool) {
	if text == "" || len(text) > 16 {
		return 0, false
	}
	for _, c := range []byte(text) {
		digit := uint64(0)
		switch {
		case c >= '0' && c <= '9':
			digit = uint64(c - '0')
		case c >= 'a' && c <= 'f':
			digit = uint64(c-'a') + 10
		case c >= 'A' && c <= 'F':
			digit = uint64(c-'A') + 10
		default:
			return 0, false
		}
		value = value<<4 | digit
	}
	return value, true
}
