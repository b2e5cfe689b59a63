package rv64

import (
	"flag"
	"fmt"
	gofmt "go/format"
	"maps"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the cases of the plain engine again")

// plainOps are the operations, besides those of RV64I, that the plain engine has a case for. It gets slower with every
// case, even with those that are not executed, so these are only what compilers use most.
var plainOps = []opcode{
	opMul, opMulhu, opMulw, opAddUw, opSh1add, opSh2add, opSh3add, opSextB, opSextH, opZextH, opFlw, opFld, opFsw, opFsd,
}

// The cases of the plain engine follow from the rows. The alu of each is a function with a name, for the compiler to
// inline.
func TestPlainCases(t *testing.T) {
	const file, first, last = "plain.go", "-update.\n", "\t\t// The cases above"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), first)
	_, tail, ok2 := strings.Cut(rest, last)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the cases", file)
	}
	want, err := gofmt.Source([]byte(head + first + plainCases() + last + tail))
	if err != nil {
		t.Fatal(err)
	}
	if string(want) == string(text) {
		return
	}
	if !*update {
		t.Fatalf("%s differs from the rows: run go test ./oracle/rv64 -run TestPlainCases -update", file)
	}
	if err := os.WriteFile(file, want, 0o666); err != nil {
		t.Fatal(err)
	}
}

func plainCases() string {
	var b strings.Builder
	hosts := map[string][]string{}
	for op := range opCount {
		r := &rows[op]
		if body := plainCase(r); body != "" && (op <= opSraw || slices.Contains(plainOps, op)) {
			fmt.Fprintf(&b, "case %s:\n%s\n", identifier(r.name), body)
		}
		if r.host != nil {
			hosts[functionName(r.host)] = append(hosts[functionName(r.host)], identifier(r.name))
		}
	}
	for _, host := range slices.Sorted(maps.Keys(hosts)) {
		fmt.Fprintf(&b, "case %s:\nif !m.%s(s) {\ngoto general\n}\n", strings.Join(hosts[host], ", "), host)
	}
	return b.String()
}

// plainCase returns the statements for an integer operation or an access, or nothing for another one.
func plainCase(r *row) string {
	const a, b = "x[s.rs1&63]", "x[s.rs2&63]"
	alu := ""
	if r.alu != nil {
		alu = functionName(r.alu)
	}
	switch r.kind {
	case kindReg:
		return fmt.Sprintf("x[s.rd&63] = %s(%s, %s)", alu, a, b)
	case kindImm:
		return fmt.Sprintf("x[s.rd&63] = %s(%s, uint64(s.imm))", alu, a)
	case kindConst:
		return "x[s.rd&63] = uint64(s.imm)"
	case kindPC:
		return "x[s.rd&63] = c.base + 2*at + uint64(s.imm)"
	case kindBranch:
		return fmt.Sprintf("if %s(%s, %s) != 0 {\ngoto branch\n}", alu, a, b)
	case kindLoad:
		return plainAccess(r, "readPages", "x[s.rd&63] = "+extended(r))
	case kindLoadF:
		return plainAccess(r, "readPages", "f[s.rd&31] = "+extended(r))
	case kindStore:
		return plainAccess(r, "writePages", fmt.Sprintf(memory[r.size].write, b))
	case kindStoreF:
		return plainAccess(r, "writePages", fmt.Sprintf(memory[r.size].write, "f[s.rs2&31]"))
	}
	return ""
}

// memory has, by size, how the bytes of p at an offset are read and written, and the types that extend them.
var memory = map[uint8]struct{ read, write, signed string }{
	1: {"p.bytes[addr&(pageSize-1)]", "p.bytes[addr&(pageSize-1)] = byte(%s)", "int8"},
	2: {"binary.LittleEndian.Uint16(p.bytes[addr&(pageSize-2):])", "binary.LittleEndian.PutUint16(p.bytes[addr&(pageSize-2):], uint16(%s))", "int16"},
	4: {"binary.LittleEndian.Uint32(p.bytes[addr&(pageSize-4):])", "binary.LittleEndian.PutUint32(p.bytes[addr&(pageSize-4):], uint32(%s))", "int32"},
	8: {"binary.LittleEndian.Uint64(p.bytes[addr&(pageSize-8):])", "binary.LittleEndian.PutUint64(p.bytes[addr&(pageSize-8):], %s)", ""},
}

// plainAccess returns an access to a page that a cache knows.
func plainAccess(r *row, cache, do string) string {
	return fmt.Sprintf(`addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.%s[addr/pageSize%%cachedPages]
			if p.base != addr&^(pageSize-%d) {
				goto general
			}
			%s`, cache, r.size, do)
}

func extended(r *row) string {
	v := memory[r.size]
	switch {
	case r.size == 8:
		return v.read
	case r.kind == kindLoadF:
		return fmt.Sprintf("boxed(uint64(%s), %d)", v.read, r.size)
	case r.signed:
		return fmt.Sprintf("uint64(int64(%s(%s)))", v.signed, v.read)
	}
	return fmt.Sprintf("uint64(%s)", v.read)
}

// identifier returns the name of an opcode's constant: opSh1addUw for sh1add.uw.
func identifier(name string) string {
	text := "op"
	for _, part := range strings.Split(strings.TrimSuffix(name, ".N"), ".") {
		text += strings.ToUpper(part[:1]) + part[1:]
	}
	return text
}

// functionName returns the last part of a function's name.
func functionName(f any) string {
	name := runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name()
	return name[strings.LastIndexByte(name, '.')+1:]
}
