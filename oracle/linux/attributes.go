package linux

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// sectionAttributes is the type of .riscv.attributes (psABI, "Attributes").
const sectionAttributes = 0x70000003

// The tags of attributes that matter here. A tag that is even has a number for a value, one that is odd a string.
const (
	tagFile = 1
	tagArch = 5
)

// readAttributes finds the extensions that the file was compiled for. A file without sound attributes has none.
func (x *executable) readAttributes(file []byte) {
	eachSection(file, func(h []byte, _ func(uint64) ([]byte, bool)) {
		if section, ok := sectionBytes(file, h); ok && binary.LittleEndian.Uint32(h[4:]) == sectionAttributes {
			x.readAttributeSection(section)
		}
	})
}

// readAttributeSection reads the attributes of format A of the vendor riscv.
func (x *executable) readAttributeSection(section []byte) {
	if len(section) == 0 || section[0] != 'A' {
		return
	}
	if name, list, _ := bytes.Cut(sized(section[1:], 0), []byte{0}); string(name) == "riscv" {
		x.arch = fileArch(list)
	}
}

// sized returns what follows a 32-bit size at an offset of b that counts itself and all bytes before it from the start
// of b, or nil if there are not so many.
func sized(b []byte, offset int) []byte {
	if len(b) < offset+4 {
		return nil
	}
	size := uint64(binary.LittleEndian.Uint32(b[offset:]))
	if size < uint64(offset+4) || size > uint64(len(b)) {
		return nil
	}
	return b[offset+4 : size]
}

// fileArch returns the architecture string among the attributes of the whole file, or "".
func fileArch(list []byte) string {
	if len(list) == 0 || list[0] != tagFile {
		return ""
	}
	for list = sized(list, 1); len(list) > 0; {
		tag, n := binary.Uvarint(list)
		if n <= 0 {
			return ""
		}
		list = list[n:]
		if tag%2 == 0 {
			if _, n = binary.Uvarint(list); n <= 0 {
				return ""
			}
			list = list[n:]
			continue
		}
		text, rest, ended := bytes.Cut(list, []byte{0})
		if tag == tagArch && ended {
			return string(text)
		}
		list = rest
	}
	return ""
}

// vlen returns the size of vector registers in bits that the extensions ask for: that of the largest zvlNb, and at
// least the 128 of V.
func (x *executable) vlen() (uint64, error) {
	bits := uint64(128)
	for _, name := range strings.Split(x.arch, "_") {
		digits, ok := strings.CutPrefix(name, "zvl")
		digits, _, isSize := strings.Cut(digits, "b") // the version follows
		if n, err := strconv.ParseUint(digits, 10, 32); ok && isSize && err == nil {
			bits = max(bits, n)
		}
	}
	if err := rv64.CheckVLEN(bits); err != nil {
		return 0, fmt.Errorf("elf: the attributes ask for %w", err)
	}
	return bits, nil
}

// unratified reports whether an extension that is not ratified is among the attributes.
func (x *executable) unratified() bool { return strings.Contains(x.arch, "_zalasr") }
