package asm

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// padding is a stretch of a section that consists of fill.
type padding struct {
	place
	kind   paddingKind
	nops   bool   // fill with nops
	width  uint8  // bytes of the fill
	fill   uint64 // the repeated value
	known  int64  // bytes of a space, or 0 with size; multiple of an alignment; offset of .org; bytes of a number
	most   int64  // an alignment that needs more bytes is dropped, unless most is 0
	size   *expr  // bytes of a space, the number of .uleb128
	label  *symbol
	signed bool // .sleb128
	// reserve is how many bytes an alignment takes that a linker makes right.
	reserve int64
}

type paddingKind uint8

const (
	padSpace paddingKind = iota // known or size bytes
	padAlign                    // up to a multiple of known
	padOrg                      // up to known bytes after label, or after the start of the section
	padLEB                      // a number of variable length
)

// alignment returns how many bytes an alignment takes at an address, or at an offset from an aligned address.
func (p *padding) alignment(at int64) int64 {
	if p.reserve > 0 {
		return p.reserve
	}
	n := -at & (p.known - 1)
	if p.most != 0 && n > p.most {
		return 0
	}
	return n
}

// maxAlign keeps a mistyped number from filling the memory.
const maxAlign = 1 << 20

// measurePadding returns the size of a padding at an address. Layout calls it in every pass.
func (a *assembler) measurePadding(sec *section, p *padding, at int64) (int64, error) {
	switch p.kind {
	case padAlign:
		return p.alignment(at), nil
	case padOrg:
		return a.measureOrg(sec, p, at)
	case padLEB:
		v, err := a.eval(p.size)
		p.known = max(p.known, int64(len(appendLEB(nil, v, p.signed))))
		return p.known, err
	}
	if p.size == nil {
		return p.known, nil
	}
	n, err := a.eval(p.size)
	if err == nil && (n < 0 || n > maxImage) {
		return 0, fmt.Errorf("%d is outside 0..%d", n, maxImage)
	}
	return n, err
}

func (a *assembler) measureOrg(sec *section, p *padding, at int64) (int64, error) {
	target := sec.address + p.known
	if p.label != nil {
		v, err := a.lookup(p.label)
		if err != nil {
			return 0, err
		}
		target = v.num + p.known
	}
	switch n := target - at; {
	case n < 0:
		return 0, errors.New(".org moves backwards")
	case n > maxImage:
		return 0, fmt.Errorf(".org leaves %d bytes, more than %d", n, maxImage)
	default:
		return n, nil
	}
}

// pad writes the bytes of a padding whose size layout has found.
func (a *assembler) pad(p *padding, size int64) {
	switch {
	case p.kind == padLEB:
		v, err := a.eval(p.size)
		if err != nil {
			a.fail(p.place, "%v", err)
		}
		a.image = appendLEB(a.image, v, p.signed)
	case p.nops:
		a.image = appendNops(a.image, size)
	case p.width <= 1:
		a.image = appendFill(a.image, byte(p.fill), size)
	default:
		for ; size > 0; size -= int64(p.width) {
			at := len(a.image)
			a.image = append(a.image, make([]byte, p.width)...)
			putValue(a.image[at:], int64(p.fill), int(p.width))
		}
	}
}

func appendFill(dst []byte, b byte, n int64) []byte {
	at := len(dst)
	dst = append(dst, make([]byte, n)...)
	if b != 0 {
		for i := range dst[at:] {
			dst[at+i] = b
		}
	}
	return dst
}

// appendNops appends n bytes of nops, after a zero byte if n is odd.
func appendNops(dst []byte, n int64) []byte {
	if n&1 != 0 {
		dst = append(dst, 0)
	}
	if n&2 != 0 {
		dst = binary.LittleEndian.AppendUint16(dst, 0x0001)
	}
	for ; n >= 4; n -= 4 {
		dst = binary.LittleEndian.AppendUint32(dst, 0x00000013)
	}
	return dst
}

// appendLEB appends a number in groups of seven bits, the lowest first, with the top bit set in all but the last.
func appendLEB(dst []byte, v int64, signed bool) []byte {
	for {
		group := byte(v & 0x7f)
		if signed {
			v >>= 7
		} else {
			v = int64(uint64(v) >> 7)
		}
		if done := v == 0 && (!signed || group&0x40 == 0) || signed && v == -1 && group&0x40 != 0; done {
			return append(dst, group)
		}
		dst = append(dst, group|0x80)
	}
}
