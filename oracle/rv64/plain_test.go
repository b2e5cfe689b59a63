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

// The cases of the plain engine, and the names of its operations, follow from the rows. The alu of each is a function with
// a name, for the compiler to inline.
func TestPlainCases(t *testing.T) {
	cases, names, table := plainCases()
	fused, fusedNames, fusedTable := fusedCases()
	cases, names = cases+fused, names+fusedNames
	generated(t, "plain.go", "\t\t// The cases above", cases)
	generated(t, "checked_quick.go", "\t\t// The cases above", checkedCases())
	generated(t, "micro.go", "\n\t// The names above", names)
	generated(t, "micro.go", "\t// The entries above", table)
	generated(t, "micro.go", "\t// The sequences above", fusedTable)
}

// generated requires the text before a line of a file, from the last line that ends with "-update." on, to be as given,
// or makes it so.
func generated(t *testing.T, file, last, body string) {
	t.Helper()
	const first = "-update.\n"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	end := strings.Index(string(text), last)
	start := strings.LastIndex(string(text[:max(end, 0)]), first) + len(first)
	if start < len(first) {
		t.Fatalf("%s has no place for what is written from the rows", file)
	}
	want, err := gofmt.Source([]byte(string(text[:start]) + body + string(text[end:])))
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

// walkRows calls write with the constant and the statements of each operation that has a case, and returns the constants
// of those that each function of the host's arithmetic executes.
func walkRows(caseOf func(r *row) string, write func(name, body string)) (hosts map[string][]string) {
	hosts = map[string][]string{}
	for op := range opCount {
		r := &rows[op]
		if r.name == "" {
			continue
		}
		name := identifier(r.name)
		if body := caseOf(r); body != "" && (op <= opSraw || slices.Contains(plainOps, op)) {
			write(name, body)
		}
		if r.host != nil {
			hosts[functionName(r.host)] = append(hosts[functionName(r.host)], name)
		}
	}
	return hosts
}

// plainCases returns the cases, the names of the operations, and the entries of the table of them.
func plainCases() (cases, names, table string) {
	var b, list, entries strings.Builder
	hosts := walkRows(func(r *row) string { return plainCase(r, placeOperands[0]) }, func(name, body string) {
		fmt.Fprintf(&b, "case %s:\n%s\n", microName(name), body)
		fmt.Fprintf(&list, "%s\n", microName(name))
		fmt.Fprintf(&entries, "%s: %s,\n", name, microName(name))
	})
	for _, host := range slices.Sorted(maps.Keys(hosts)) {
		fmt.Fprintf(&b, "case %s:\nif !m.%s(block.places[s.at].inst) {\ngoto general\n}\n", microName(host), host)
		fmt.Fprintf(&list, "%s\n", microName(host))
		for _, name := range hosts[host] {
			fmt.Fprintf(&entries, "%s: %s,\n", name, microName(host))
		}
	}
	return b.String(), list.String(), entries.String()
}

// microName returns the name of an operation of the plain engine: doAddi for opAddi, doHostDouble for hostDouble.
func microName(name string) string {
	name = strings.TrimPrefix(name, "op")
	return "do" + strings.ToUpper(name[:1]) + name[1:]
}

// checkedCases returns the cases of the checking engine's quick way.
func checkedCases() string {
	var b strings.Builder
	hosts := walkRows(checkedCase, func(name, body string) { fmt.Fprintf(&b, "case %s:\n%s\n", name, body) })
	for _, host := range slices.Sorted(maps.Keys(hosts)) {
		fmt.Fprintf(&b, "case %s:\nif !m.checkedFloat(s, pc) {\ngoto general\n}\n", strings.Join(hosts[host], ", "))
	}
	return b.String()
}

// checkedCase returns the statements for an integer operation or an access whose operands are defined, or nothing for
// another one.
func checkedCase(r *row) string {
	const a, b = "x[s.rs1&63]", "x[s.rs2&63]"
	alu := ""
	if r.alu != nil {
		alu = functionName(r.alu)
	}
	wrote := "wrote"
	if r.address {
		wrote = map[kind]string{kindReg: "sum", kindImm: "moved"}[r.kind]
	}
	switch r.kind {
	case kindReg:
		return fmt.Sprintf("if xm[s.rs1&63]&xm[s.rs2&63] != allBits || s.rd == stackPointer {\ngoto general\n}\nx[s.rd&63], xm[s.rd&63] = %s(%s, %s), allBits\ngoto %s",
			alu, a, b, wrote)
	case kindImm:
		toStack := "general"
		if r.name == "addi" {
			toStack = "call"
		}
		return fmt.Sprintf("if xm[s.rs1&63] != allBits {\ngoto general\n}\nif s.rd == stackPointer {\ngoto %s\n}\nx[s.rd&63], xm[s.rd&63] = %s(%s, uint64(s.imm)), allBits\ngoto %s",
			toStack, alu, a, wrote)
	case kindConst, kindPC:
		value := "uint64(s.imm)"
		if r.kind == kindPC {
			value = "pc + uint64(s.imm)"
		}
		return fmt.Sprintf("if s.rd == stackPointer {\ngoto general\n}\nx[s.rd&63], xm[s.rd&63] = %s, allBits\ngoto wrote", value)
	case kindBranch:
		return fmt.Sprintf("if xm[s.rs1&63]&xm[s.rs2&63] != allBits {\ngoto general\n}\nif %s(%s, %s) != 0 {\ngoto branch\n}", alu, a, b)
	case kindLoad, kindLoadF:
		return checkedLoad(r)
	case kindStore:
		return checkedStore(r, "x[s.rs2&63]", "xm[s.rs2&63]", "untouched&savedInFrame, &integerNames")
	case kindStoreF:
		return checkedStore(r, "f[s.rs2&31]", "fm[s.rs2&31]", "untouchedFloats&savedFloatsInFrame, &floatNames")
	}
	return ""
}

// checkedAccess returns the statements that find the page p of an access, which the caches have.
func checkedAccess(r *row, cache string) string {
	return fmt.Sprintf(`addr := x[s.rs1&63] + uint64(s.imm)
			p := &m.%s[addr/pageSize%%cachedPages]
			if xm[s.rs1&63] != allBits || p.base != addr&^(pageSize-%d) || addr < x[stackPointer] && addr-stackBase < stackSize {
				goto general
			}
			`, cache, r.size)
}

func checkedLoad(r *row) string {
	text := checkedAccess(r, "readPages") + fmt.Sprintf("b := m.readMasks[addr/pageSize%%cachedPages][addr&(pageSize-%d):]\n", r.size)
	mask := extended(r)
	if !r.signed && r.kind == kindLoad && r.size != 8 {
		mask = fmt.Sprintf("%s | %#x", mask, ^uint64(0)<<(8*r.size))
	}
	again := fmt.Sprintf("b = p.bytes[addr&(pageSize-%d):]\n", r.size)
	if r.kind == kindLoadF {
		return text + fmt.Sprintf("fm[s.rd&31] = %s\n%sf[s.rd&31] = %s\nm.from.untouchedFloats &^= 1 << (s.rd & 31)\nm.writers.f[s.rd&31] = pc", mask, again, extended(r))
	}
	return strings.Replace(text, "xm[s.rs1&63] != allBits", "xm[s.rs1&63] != allBits || s.rd == stackPointer", 1) +
		fmt.Sprintf("xm[s.rd&63] = %s\nxm[sink] = allBits\n%sx[s.rd&63] = %s\ngoto wrote", mask, again, extended(r))
}

func checkedStore(r *row, value, mask, untouched string) string {
	return checkedAccess(r, "writePages") + fmt.Sprintf(`if addr-stackBase < stackSize && !m.mayWriteStack(s, addr, %d, m.from.%s) {
				goto general
			}
			b := p.bytes[addr&(pageSize-%d):]
			%s
			b = m.writeMasks[addr/pageSize%%cachedPages][addr&(pageSize-%d):]
			%s`, r.size, untouched, r.size, writeBytes(r.size, value), r.size, writeBytes(r.size, mask))
}

// fusedOps are the sequences of operations that are executed as one: those that compiled programs execute most. The first
// two of three are a sequence as well, of which neither is a branch; the third neither accesses memory nor is executed in
// the general way.
var fusedOps = strings.Fields(`
	add,add add,addi add,beq add,bge add,bgeu add,blt add,bltu add,bne add,fld add,lbu add,ld add,lw add,sb add,sd add,sw add,Move
	addi,add addi,addi addi,addiw addi,beq addi,bge addi,bgeu addi,blt addi,bltu addi,bne addi,Const addi,Jalr addi,lbu addi,ld
	addi,lw addi,Move addi,mulw addi,sb addi,sd addi,sub addi,sw addi,xor
	addiw,addi addiw,addiw addiw,beq addiw,bge addiw,blt addiw,bne addiw,xor addw,beq addw,bne
	and,beq andi,add andi,addi andi,beq andi,bne andi,slli andi,srli
	Const,addi Const,beq Const,bge Const,bgeu Const,bltu Const,bne Const,Const Const,Move Const,sb Const,sd
	fld,addi fld,fld fsd,addi fsd,beq fsd,bne fsd,fld fsd,fsd
	lbu,add lbu,addi lbu,andi lbu,beq lbu,bne lbu,Const lbu,lbu lbu,slli
	ld,add ld,addi ld,beq ld,bne ld,Jalr ld,lbu ld,ld ld,lw ld,Move ld,sd
	lw,add lw,addi lw,addiw lw,beq lw,bne lw,lw lw,slli
	Move,add Move,addi Move,beq Move,bne Move,Const Move,ld Move,Move
	mul,beq mul,bne mulw,addw
	sb,add sb,addi sb,beq sb,bne
	sd,addi sd,andi sd,bltu sd,bne sd,Const sd,ld sd,Move sd,sd
	SextW,Const slli,add slli,srli slli,sub srli,andi srliw,andi srliw,bne sub,Move sub,slli
	sw,addi sw,sw xor,andi xor,beq xor,lbu
	add,lbu,bne add,sb,beq add,sb,bne addi,add,bne addi,addi,beq addi,addi,Jalr addi,Const,beq addi,lbu,beq addi,sd,addi
	addi,sd,bgeu addiw,xor,beq Const,addi,add Const,addi,bge Const,Move,Const ld,add,Jalr ld,addi,Jalr ld,Move,bltu
	lbu,addi,beq lbu,andi,beq lbu,andi,bne lbu,Const,bne lbu,slli,sub lw,add,Jalr Move,add,blt Move,addi,beq Move,addi,bne
	Move,ld,bge Move,Move,Move mulw,addw,beq mulw,addw,bne sd,addi,sub sd,Move,Move sd,sd,Move slli,srli,srliw xor,andi,srli`)

// fusedCases is plainCases for the sequences.
func fusedCases() (cases, names, table string) {
	var b, list, entries strings.Builder
	byName := map[string]*row{}
	for op := range opCount {
		byName[rows[op].name] = &rows[op]
	}
	for _, sequence := range fusedOps {
		parts := strings.Split(sequence, ",")
		last := len(parts) - 1
		name := sequenceName(parts)
		fmt.Fprintf(&b, "case %s:\n", name)
		for i, part := range parts {
			fmt.Fprintf(&b, "{%s}\n", fusedCase(byName[part], part, placeOperands[i]))
		}
		fmt.Fprintf(&list, "%s\n", name)
		fmt.Fprintf(&entries, "{%s, %s}: %s,\n", sequenceName(parts[:last]), sequenceName(parts[last:]), name)
	}
	return b.String(), list.String(), entries.String()
}

// sequenceName is microName for a sequence: doMulwAddwBeq.
func sequenceName(parts []string) string {
	return microName(identifier(strings.Join(parts, ".")))
}

// fusedCase returns the statements for an operation of a sequence.
func fusedCase(r *row, name string, o operands) string {
	switch name {
	case "Const":
		return fmt.Sprintf("x[%s] = %s", o.rd, o.imm)
	case "Move":
		return fmt.Sprintf("x[%s] = x[%s]", o.rd, o.rs1)
	case "SextW":
		return fmt.Sprintf("x[%s] = uint64(int64(int32(x[%s])))", o.rd, o.rs1)
	case "Jalr":
		return fmt.Sprintf("target = (x[%s] + %s) &^ 1\nx[%s] = block.end\ngoto jump", o.rs1, o.imm, o.rd)
	}
	return plainCase(r, o)
}

// operands are the texts of an operation's operands, and of where to go if it must be executed in the general way.
type operands struct{ rd, rs1, rs2, imm, general string }

// placeOperands are the operands of the first, second and third operation of a sequence.
var placeOperands = [3]operands{
	{"s.rd", "s.rs1", "s.rs2", "uint64(int64(s.imm))", "general"},
	{"s.rd2", "s.rs3", "s.rs4", "uint64(int64(s.more))", "second"},
	{"s.rd3", "s.rs5", "s.rs6", "uint64(int64(s.third))", ""},
}

// plainCase returns the statements for an integer operation or an access, or nothing for another one.
func plainCase(r *row, o operands) string {
	a, b := fmt.Sprintf("x[%s]", o.rs1), fmt.Sprintf("x[%s]", o.rs2)
	alu := ""
	if r.alu != nil {
		alu = functionName(r.alu)
	}
	switch r.kind {
	case kindReg:
		return fmt.Sprintf("x[%s] = %s(%s, %s)", o.rd, alu, a, b)
	case kindImm:
		return fmt.Sprintf("x[%s] = %s(%s, %s)", o.rd, alu, a, o.imm)
	case kindBranch:
		return fmt.Sprintf("if %s(%s, %s) != 0 {\ngoto taken\n}", alu, a, b)
	case kindLoad:
		return plainAccess(r, o, "readPages", fmt.Sprintf("x[%s] = %s", o.rd, extended(r)))
	case kindLoadF:
		return plainAccess(r, o, "readPages", fmt.Sprintf("f[%s&31] = %s", o.rd, extended(r)))
	case kindStore:
		return plainAccess(r, o, "writePages", writeBytes(r.size, b))
	case kindStoreF:
		return plainAccess(r, o, "writePages", writeBytes(r.size, fmt.Sprintf("f[%s&31]", o.rs2)))
	}
	return ""
}

// memory has, by size, the types that extend what is read.
var memory = map[uint8]string{1: "int8", 2: "int16", 4: "int32"}

// readBytes and writeBytes return what package encoding/binary does with the bytes b: the compiler inlines nothing of its
// length into so long a function.
func readBytes(size uint8) string {
	var terms []string
	for i := range size {
		terms = append(terms, fmt.Sprintf("uint%d(b[%d])<<%d", 8*size, i, 8*i))
	}
	return "(" + strings.Join(terms, "|") + ")"
}

func writeBytes(size uint8, value string) string {
	var bytes, values []string
	for i := range size {
		bytes = append(bytes, fmt.Sprintf("b[%d]", i))
		values = append(values, fmt.Sprintf("byte(%s>>%d)", value, 8*i))
	}
	return strings.Join(bytes, ", ") + " = " + strings.Join(values, ", ")
}

// plainAccess returns an access to a page that a cache knows.
func plainAccess(r *row, o operands, cache, do string) string {
	return fmt.Sprintf(`addr := x[%s] + %s
			p := &m.%s[addr/pageSize%%cachedPages]
			if p.base != addr&^(pageSize-%d) {
				goto %s
			}
			b := p.bytes[addr&(pageSize-%d):]
			%s`, o.rs1, o.imm, cache, r.size, o.general, r.size, do)
}

func extended(r *row) string {
	v := readBytes(r.size)
	switch {
	case r.size == 8:
		return v
	case r.kind == kindLoadF:
		return fmt.Sprintf("boxed(uint64(%s), %d)", v, r.size)
	case r.signed:
		return fmt.Sprintf("uint64(int64(%s(%s)))", memory[r.size], v)
	}
	return fmt.Sprintf("uint64(%s)", v)
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
