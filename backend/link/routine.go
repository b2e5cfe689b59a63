package link

import (
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

const (
	startName   = "_start"
	mainName    = "main"
	panicStatus = 101
)

// The numbers of Linux system calls.
const (
	sysWrite     = 64
	sysExitGroup = 94
)

// appendRoutines appends what the objects need and do not define: _start unless Options.Start is NoStart, a routine for
// every panic that they use, and a stub for every extern function.
func appendRoutines(all, objects []Object, o Options) []Object {
	if o.Start != NoStart {
		all = append(all, startRoutine(o.Start))
	}
	all = appendPanics(all, objects)
	for _, name := range o.Externs {
		stub := Object{Name: name, Section: Text, Align: 4, Extern: true, Data: assemble(isa.Inst{Op: isa.EBREAK})}
		all = append(all, stub)
	}
	return all
}

// appendPanics adds a routine and its message for each undefined panic symbol, in the order of first use.
func appendPanics(all, objects []Object) []Object {
	var known map[string]bool
	for i := range objects {
		for _, r := range objects[i].Relocs {
			if !strings.HasPrefix(r.Symbol, PanicPrefix) {
				continue
			}
			if known == nil {
				known = definitions(objects)
			}
			if !known[r.Symbol] {
				known[r.Symbol] = true
				all = appendPanic(all, r.Symbol)
			}
		}
	}
	return all
}

// definitions returns the panic symbols that the objects define themselves.
func definitions(objects []Object) map[string]bool {
	known := map[string]bool{}
	for i := range objects {
		if strings.HasPrefix(objects[i].Name, PanicPrefix) {
			known[objects[i].Name] = true
		}
	}
	return known
}

// assemble returns the bytes of a routine.
func assemble(insts ...isa.Inst) []byte {
	code := make([]byte, 0, 4*len(insts))
	for _, in := range insts {
		var err error
		if code, err = isa.Append(code, in); err != nil {
			panic("link: the instructions of a routine encode: " + err.Error())
		}
	}
	return code
}

func loadImm(rd isa.Reg, v int64) isa.Inst { return isa.Inst{Op: isa.ADDI, Rd: rd, Imm: v} }

// startRoutine returns the _start that calls main and exits with a status by its result.
func startRoutine(s Start) Object {
	result := isa.Inst{Op: isa.ADDI, Rd: isa.A0, Rs1: isa.A0}
	switch s {
	case StartVoid:
		result = loadImm(isa.A0, 0)
	case StartError:
		result = isa.Inst{Op: isa.SLTU, Rd: isa.A0, Rs2: isa.A0}
	}
	return Object{
		Name: startName, Section: Text, Align: 4,
		Data: assemble(
			isa.Inst{Op: isa.AUIPC, Rd: isa.RA},
			isa.Inst{Op: isa.JALR, Rd: isa.RA, Rs1: isa.RA},
			result,
			loadImm(isa.A7, sysExitGroup),
			isa.Inst{Op: isa.ECALL}),
		Relocs: []Reloc{{Offset: 0, Kind: CallPLT, Symbol: mainName}},
	}
}

// appendPanic adds the routine of one panic, which writes its message to standard error and exits.
func appendPanic(all []Object, name string) []Object {
	reason := strings.TrimPrefix(name, PanicPrefix)
	// The length must fit an addi, which that of a word does.
	text := "panic: " + reason[:min(len(reason), 1000)] + "\n"
	message := Object{Name: "message." + name, Section: ROData, Align: 1, Local: true, Data: []byte(text)}
	return append(all, message, Object{
		Name: name, Section: Text, Align: 4, Weak: true,
		Data: assemble(
			isa.Inst{Op: isa.AUIPC, Rd: isa.A1},
			isa.Inst{Op: isa.ADDI, Rd: isa.A1, Rs1: isa.A1},
			loadImm(isa.A2, int64(len(text))),
			loadImm(isa.A0, 2),
			loadImm(isa.A7, sysWrite),
			isa.Inst{Op: isa.ECALL},
			loadImm(isa.A0, panicStatus),
			loadImm(isa.A7, sysExitGroup),
			isa.Inst{Op: isa.ECALL}),
		Relocs: []Reloc{
			{Offset: 0, Kind: PCRelHi20, Symbol: message.Name},
			{Offset: 4, Kind: PCRelLo12I, Addend: 0},
		},
	})
}
