package linux

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// segment is a PT_LOAD of an executable.
type segment struct {
	addr   uint64
	size   uint64 // in memory
	data   []byte // its start
	rights rv64.Rights
}

// symbol is a function of an executable.
type symbol struct {
	name string
	addr uint64
	size uint64
}

// executable is what is needed of an ELF file. Its slices share the memory of the file.
type executable struct {
	position bool // position independent: addresses are relative to a base
	// executableStack is what PT_GNU_STACK asks for.
	executableStack bool
	entry           uint64
	phdr            uint64 // address of the program headers in memory, 0 if not loaded
	phnum           uint64
	segments        []segment // by address, without overlap
	symbols         []symbol  // functions by address
	arch            string    // the extensions that it was compiled for, or ""
	library         uint64    // where the C library's functions begin; 0: unknown
	threads         uint64    // its count of threads
}

// The limits for a hostile file, besides the machine's memory limit.
const (
	maxSegments = 64
	maxSections = 4096
)

// elfHeader is the size of the file header; programHeader and sectionHeader are those of table entries.
const (
	elfHeader     = 64
	programHeader = 56
	sectionHeader = 64
)

const (
	machineRISCV  = 243
	typeExec      = 2
	typeDyn       = 3
	segmentLoad   = 1
	segmentInterp = 3
	segmentStack  = 0x6474e551
	sectionSymtab = 2
	symbolSize    = 24
	symbolObject  = 1
	symbolFunc    = 2
)

// parseELF reads a static riscv64 executable. Every error names the field and its offset or index.
func parseELF(file []byte) (*executable, error) {
	if len(file) < elfHeader {
		return nil, fmt.Errorf("elf: file of %d bytes is shorter than the header", len(file))
	}
	le := binary.LittleEndian
	kind := le.Uint16(file[16:])
	switch {
	case string(file[:4]) != "\x7fELF":
		return nil, errors.New("elf: no magic number at offset 0")
	case file[4] != 2:
		return nil, fmt.Errorf("elf: class %d at offset 4 is not ELF64", file[4])
	case file[5] != 1:
		return nil, fmt.Errorf("elf: byte order %d at offset 5 is not little endian", file[5])
	case le.Uint16(file[18:]) != machineRISCV:
		return nil, fmt.Errorf("elf: machine %d at offset 18 is not RISC-V (%d)", le.Uint16(file[18:]), machineRISCV)
	case kind != typeExec && kind != typeDyn:
		return nil, fmt.Errorf("elf: type %d at offset 16 is not an executable", kind)
	}
	x := &executable{position: kind == typeDyn, entry: le.Uint64(file[24:])}
	if err := x.readSegments(file); err != nil {
		return nil, err
	}
	x.readSymbols(file)
	x.readAttributes(file)
	return x, nil
}

// table returns the bytes of a table of the file.
func table(file []byte, what string, offset, count, size, want uint64) ([]byte, error) {
	if count > 0 && size != want {
		return nil, fmt.Errorf("elf: %s entries are %d bytes, want %d", what, size, want)
	}
	if offset > uint64(len(file)) || count*want > uint64(len(file))-offset {
		return nil, fmt.Errorf("elf: %s at offset %#x with %d entries exceed the file of %d bytes", what, offset, count, len(file))
	}
	return file[offset : offset+count*want], nil
}

func (x *executable) readSegments(file []byte) error {
	le := binary.LittleEndian
	offset, count := le.Uint64(file[32:]), uint64(le.Uint16(file[56:]))
	if count > maxSegments {
		return fmt.Errorf("elf: %d program headers are more than %d", count, maxSegments)
	}
	headers, err := table(file, "program headers", offset, count, uint64(le.Uint16(file[54:])), programHeader)
	if err != nil {
		return err
	}
	x.phnum = count
	for i := range int(count) {
		if err := x.readSegment(file, i, headers[i*programHeader:], offset); err != nil {
			return err
		}
	}
	if len(x.segments) == 0 {
		return errors.New("elf: no segment to load")
	}
	sort.Slice(x.segments, func(i, j int) bool { return x.segments[i].addr < x.segments[j].addr })
	for i := 1; i < len(x.segments); i++ {
		if before := x.segments[i-1]; before.addr+before.size > x.segments[i].addr {
			return fmt.Errorf("elf: segment at %#x overlaps the one at %#x", x.segments[i].addr, before.addr)
		}
	}
	return nil
}

// readSegment reads program header i; headersAt is the file offset of the table.
func (x *executable) readSegment(file []byte, i int, h []byte, headersAt uint64) error {
	le := binary.LittleEndian
	flags, offset, addr, fileSize, size := le.Uint32(h[4:]), le.Uint64(h[8:]), le.Uint64(h[16:]), le.Uint64(h[32:]), le.Uint64(h[40:])
	switch kind := le.Uint32(h); {
	case kind == segmentInterp:
		return fmt.Errorf("elf: program header %d asks for a dynamic linker; only static executables are run", i)
	case kind == segmentStack:
		x.executableStack = flags&1 != 0
		return nil
	case kind != segmentLoad || size == 0:
		return nil
	case fileSize > size:
		return fmt.Errorf("elf: program header %d: file size %#x exceeds memory size %#x", i, fileSize, size)
	case offset > uint64(len(file)) || fileSize > uint64(len(file))-offset:
		return fmt.Errorf("elf: program header %d: offset %#x and size %#x exceed the file of %d bytes", i, offset, fileSize, len(file))
	case addr >= userSpace || size > userSpace-addr:
		return fmt.Errorf("elf: program header %d: address %#x and size %#x exceed the address space", i, addr, size)
	case flags&1 != 0 && addr&1 != 0:
		return fmt.Errorf("elf: program header %d: code at odd address %#x", i, addr)
	}
	s := segment{addr: addr, size: size, data: file[offset : offset+fileSize]}
	for bit, right := range map[uint32]rv64.Rights{1: rv64.Exec, 2: rv64.Write, 4: rv64.Read} {
		if flags&bit != 0 {
			s.rights |= right
		}
	}
	if headersAt >= offset && headersAt-offset < fileSize {
		x.phdr = addr + headersAt - offset
	}
	x.segments = append(x.segments, s)
	return nil
}

// eachSection calls do with every section header, and a function that returns the bytes of section i; with none if the
// table of sections is not sound.
func eachSection(file []byte, do func(header []byte, section func(i uint64) ([]byte, bool))) {
	le := binary.LittleEndian
	count := uint64(le.Uint16(file[60:]))
	if count > maxSections {
		return
	}
	headers, err := table(file, "section headers", le.Uint64(file[40:]), count, uint64(le.Uint16(file[58:])), sectionHeader)
	if err != nil {
		return
	}
	for i := range count {
		do(headers[i*sectionHeader:], func(i uint64) ([]byte, bool) {
			if i >= count {
				return nil, false
			}
			return sectionBytes(file, headers[i*sectionHeader:])
		})
	}
}

// readSymbols collects the functions. A file without a sound symbol table is run without names.
func (x *executable) readSymbols(file []byte) {
	eachSection(file, func(h []byte, section func(i uint64) ([]byte, bool)) {
		if binary.LittleEndian.Uint32(h[4:]) != sectionSymtab {
			return
		}
		symbols, ok := sectionBytes(file, h)
		names, named := section(uint64(binary.LittleEndian.Uint32(h[40:])))
		if ok && named {
			x.addSymbols(symbols, names)
		}
	})
	sort.Slice(x.symbols, func(i, j int) bool {
		a, b := x.symbols[i], x.symbols[j]
		return a.addr < b.addr || a.addr == b.addr && a.name < b.name
	})
}

func sectionBytes(file, header []byte) ([]byte, bool) {
	offset, size := binary.LittleEndian.Uint64(header[24:]), binary.LittleEndian.Uint64(header[32:])
	if offset > uint64(len(file)) || size > uint64(len(file))-offset {
		return nil, false
	}
	return file[offset : offset+size], true
}

func (x *executable) addSymbols(table, names []byte) {
	le := binary.LittleEndian
	for ; len(table) >= symbolSize; table = table[symbolSize:] {
		at := le.Uint32(table)
		if kind := table[4] & 15; kind != symbolFunc && kind != symbolObject || uint64(at) >= uint64(len(names)) {
			continue
		}
		name, _, _ := bytes.Cut(names[at:], []byte{0})
		addr := le.Uint64(table[8:])
		switch {
		case string(name) == "__nptl_nthreads":
			x.threads = addr
		case strings.HasPrefix(string(name), "__libc_start") && (addr < x.library || x.library == 0):
			x.library = addr
		}
		if table[4]&15 == symbolObject {
			continue
		}
		x.symbols = append(x.symbols, symbol{name: string(name), addr: le.Uint64(table[8:]), size: le.Uint64(table[16:])})
	}
}

// relocate moves a position-independent executable to a base.
func (x *executable) relocate(base uint64) {
	x.entry += base
	if x.phdr != 0 {
		x.phdr += base
	}
	for i := range x.segments {
		x.segments[i].addr += base
	}
	for i := range x.symbols {
		x.symbols[i].addr += base
	}
	for _, addr := range []*uint64{&x.library, &x.threads} {
		if *addr != 0 {
			*addr += base
		}
	}
}

// symbolAt returns the function that holds an address.
func (x *executable) symbolAt(addr uint64) (symbol, bool) {
	i := sort.Search(len(x.symbols), func(i int) bool { return x.symbols[i].addr > addr }) - 1
	if i < 0 {
		return symbol{}, false
	}
	s := x.symbols[i]
	return s, addr-s.addr < max(s.size, 1) || s.size == 0
}

// symbolsAt returns all functions that hold an address and begin at the same place.
func (x *executable) symbolsAt(addr uint64) []symbol {
	last, ok := x.symbolAt(addr)
	if !ok {
		return nil
	}
	from := sort.Search(len(x.symbols), func(i int) bool { return x.symbols[i].addr >= last.addr })
	to := sort.Search(len(x.symbols), func(i int) bool { return x.symbols[i].addr > last.addr })
	return x.symbols[from:to]
}

// aheadReaders are the functions of C libraries that read the whole word in which their limit is.
var aheadReaders = []string{"strnlen", "__strnlen", "memchr", "__memchr", "memrchr", "__memrchr", "strncmp", "__strncmp"}

// readsAhead reports whether the function at an address is one of aheadReaders.
func (x *executable) readsAhead(addr uint64) bool {
	return slices.ContainsFunc(x.symbolsAt(addr), func(s symbol) bool { return slices.Contains(aheadReaders, s.name) })
}

// within names the function that holds an address, for people; empty if there is none.
func (x *executable) within(addr uint64) string {
	if s, ok := x.symbolAt(addr); ok {
		return fmt.Sprintf(" in %s+%#x", s.name, addr-s.addr)
	}
	return ""
}

// load maps the segments, each up to the end of its last page or the next segment, and returns the first address after
// all.
func (x *executable) load(m *rv64.Machine) (end uint64, err error) {
	for i, s := range x.segments {
		end = (s.addr + s.size + pageSize - 1) &^ (pageSize - 1)
		if i+1 < len(x.segments) {
			end = min(end, x.segments[i+1].addr)
		}
		name := "data"
		if s.rights&rv64.Exec != 0 {
			name = "text"
		} else if s.rights&rv64.Write == 0 {
			name = "rodata"
		}
		err := m.Map(rv64.Region{Name: name, Addr: s.addr, Size: end - s.addr, Rights: s.rights, Data: s.data, Defined: true})
		if err != nil {
			return 0, err
		}
	}
	return end, nil
}
