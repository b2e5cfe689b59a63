package calls

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/abi"
	"github.com/rvfuzz/rvfuzz/oracle/convention"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// places says where each side has a value: the psABI as package convention reads it, the code generator, and for an
// argument the C compiler, as its caller passes it.
func (b *Bench) places(ctx context.Context, d *Difference) string {
	if d.Ends != nil && len(d.Signature.arguments()) > 0 {
		d.Argument = 0 // any may be the cause: the first is shown
	}
	p := NewProgram(valuesOf(1), []*Signature{d.Signature})
	fn, unnamed := d.Signature.air(&p.types)
	psABI, own := convention.OfCall(fn, unnamed), abi.ClassifyCall(fn, unnamed)
	if d.Argument < 0 {
		return fmt.Sprintf("psABI: %s; code generator: %s", &psABI.Result, describe(&own.Result))
	}
	text := fmt.Sprintf("psABI: %s; code generator: %s", &psABI.Params[d.Argument], describe(&own.Params[d.Argument]))
	if seen, err := b.observe(ctx, p, d); err == nil {
		text += fmt.Sprintf("; %s: %s", d.Way.Compiler.Name, seen)
	}
	return text
}

// describe returns a place of the code generator in the words of package convention.
func describe(v *abi.Value) string {
	var names []string
	for _, l := range v.Pieces() {
		if l.Kind == abi.Stack {
			names = append(names, fmt.Sprintf("sp+%d", l.Offset))
		} else {
			names = append(names, l.Reg.String())
		}
	}
	switch {
	case len(names) == 0:
		return "nowhere"
	case v.ByRef:
		return "the address in " + names[0]
	}
	return strings.Join(names, " and ")
}

// observe returns where the caller in C of a program of one signature has an argument when it calls.
func (b *Bench) observe(ctx context.Context, p *Program, d *Difference) (string, error) {
	file, err := b.Build(ctx, p, d.Way)
	if err != nil {
		return "", err
	}
	m := rv64.New(rv64.Config{})
	symbols, err := Load(m, file)
	if err != nil {
		return "", err
	}
	arguments, _ := p.Arguments(0)
	s, seen := arguments[d.Argument], ""
	m.HookAt(symbols["air_0"], func(m *rv64.Machine) bool {
		seen = look(m, p.sent[s.At:s.At+s.Size], p.mask[s.At:s.At+s.Size])
		return m.Return()
	})
	m.SetX(2, stackTop-stackArguments)
	m.Call(symbols["c_calls_0"], maxSteps)
	return seen, nil
}

// The stack of a machine that calls functions of a program, and how much of what is above sp is looked at.
const (
	stackTop       = 0x7000_0000
	stackSize      = 1 << 20
	stackArguments = 256
)

// Load maps the segments of an executable and a stack, and returns the addresses of its symbols.
func Load(m *rv64.Machine, file []byte) (symbols map[string]uint64, err error) {
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	for _, segment := range f.Progs {
		if segment.Type != elf.PT_LOAD {
			continue
		}
		data := make([]byte, segment.Memsz)
		if _, err := segment.ReadAt(data[:segment.Filesz], 0); err != nil {
			return nil, err
		}
		if err := m.Map(rv64.Region{Name: "program", Addr: segment.Vaddr, Size: segment.Memsz, Rights: rv64.Read | rv64.Write | rv64.Exec,
			Data: data, Defined: true}); err != nil {
			return nil, err
		}
	}
	list, err := f.Symbols()
	if err != nil {
		return nil, err
	}
	symbols = map[string]uint64{}
	for _, s := range list {
		symbols[s.Name] = s.Value
	}
	stack := rv64.Region{Name: "stack", Addr: stackTop - stackSize, Size: stackSize, Rights: rv64.Read | rv64.Write}
	return symbols, m.Map(stack)
}

// look returns the argument registers and stack slots that hold bytes of a value, or the address of a copy of it.
func look(m *rv64.Machine, value, mask []byte) string {
	var found []string
	see := func(name string, word uint64) {
		var held [8]byte
		binary.LittleEndian.PutUint64(held[:], word)
		if at := heldAt(held[:], value, mask); at >= 0 {
			found = append(found, fmt.Sprintf("%s from byte %d on", name, at))
		}
		copied := make([]byte, len(value))
		if m.ReadMemoryInto(word, copied, nil) == nil && matches(copied, value, mask) {
			found = append(found, "the address in "+name)
		}
	}
	for n := range 8 {
		see(fmt.Sprint("a", n), m.X(10+n))
	}
	for n := range 8 {
		see(fmt.Sprint("fa", n), m.F(10+n))
	}
	for at := 0; at < stackArguments; at += 8 {
		var slot [8]byte
		if m.ReadMemoryInto(m.X(2)+uint64(at), slot[:], nil) == nil {
			see(fmt.Sprint("sp+", at), binary.LittleEndian.Uint64(slot[:]))
		}
	}
	if found == nil {
		return "not found"
	}
	return strings.Join(found, ", ")
}

// heldAt returns from which byte of a value on a register holds it, or -1. It must hold four bytes, or all of a smaller
// value, and what it holds must begin where a number may.
func heldAt(held, value, mask []byte) int {
	for at := 0; at < len(value); at += 2 {
		for _, n := range []int{8, 4, 2, 1} {
			if n <= len(value)-at && n >= min(4, len(value)) && matches(held[:n], value[at:at+n], mask[at:at+n]) {
				return at
			}
		}
	}
	return -1
}

// matches reports whether bytes are those of a value, but for padding.
func matches(got, value, mask []byte) bool {
	some := byte(0)
	for i := range got {
		if (got[i]^value[i])&mask[i] != 0 {
			return false
		}
		some |= mask[i]
	}
	return some != 0
}
