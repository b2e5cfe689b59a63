package debug

import (
	"encoding/binary"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/link"
)

// section is a debug section being written.
type section struct {
	name   string
	data   []byte
	relocs []link.Reloc
}

// object returns the section as an object of package link.
func (s *section) object() link.Object {
	return link.Object{Name: s.name, Section: link.Debug, Data: s.data, Relocs: s.relocs}
}

func (s *section) bytes(b ...byte) { s.data = append(s.data, b...) }
func (s *section) u16(v uint16)    { s.data = binary.LittleEndian.AppendUint16(s.data, v) }
func (s *section) u32(v uint32)    { s.data = binary.LittleEndian.AppendUint32(s.data, v) }
func (s *section) u64(v uint64)    { s.data = binary.LittleEndian.AppendUint64(s.data, v) }
func (s *section) uleb(v uint64)   { s.data = binary.AppendUvarint(s.data, v) }
func (s *section) sleb(v int64)    { s.data = appendSLEB(s.data, v) }

// text appends a string. A zero byte ends it in the file, so it ends the string.
func (s *section) text(v string) {
	v, _, _ = strings.Cut(v, "\x00")
	s.data = append(append(s.data, v...), 0)
}

// address appends the address of a symbol plus a distance.
func (s *section) address(symbol string, addend int64) {
	s.relocs = append(s.relocs, link.Reloc{Offset: uint32(len(s.data)), Kind: link.Abs64, Symbol: symbol, Addend: addend})
	s.u64(0)
}

// offset appends the place of a byte in a debug section.
func (s *section) offset(name string, at int) {
	s.relocs = append(s.relocs, link.Reloc{Offset: uint32(len(s.data)), Kind: link.Abs32, Symbol: name, Addend: int64(at)})
	s.u32(0)
}

// begin appends a 32-bit length that end fills in with the number of bytes after it.
func (s *section) begin() int {
	s.u32(0)
	return len(s.data)
}

func (s *section) end(from int) {
	binary.LittleEndian.PutUint32(s.data[from-4:], uint32(len(s.data)-from))
}

// appendSLEB appends v as a signed LEB128 number.
func appendSLEB(b []byte, v int64) []byte {
	for {
		low := byte(v & 0x7f)
		v >>= 7
		if v == 0 && low&0x40 == 0 || v == -1 && low&0x40 != 0 {
			return append(b, low)
		}
		b = append(b, low|0x80)
	}
}
