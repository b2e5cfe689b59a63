package isa

import (
	"fmt"
	"slices"
	"strings"
)

// March is a set of extensions, as -march of GNU tools names them.
type March struct{ names map[string]bool }

// implied lists the extensions that an extension or a profile includes, in lower case (unprivileged manual, "ISA Extension
// Naming Conventions"; RISC-V profiles RVA20, RVA22 and RVA23, user mode).
var implied = map[string]string{
	"g":        "i m a f d zicsr zifencei",
	"a":        "zaamo zalrsc",
	"b":        "zba zbb zbs",
	"c":        "zca zcd",
	"d":        "f",
	"f":        "zicsr",
	"q":        "d",
	"v":        "d",
	"rva20u64": "i m a f d c zicsr",
	"rva22u64": "rva20u64 b zicbom zicboz zfhmin zihintpause",
	"rva23u64": "rva22u64 zihintntl v zvbb zicond zimop zcmop zcb zfa zawrs",
	"zabha":    "zaamo",
	"zacas":    "zaamo",
	"zcb":      "zca",
	"zcd":      "zca",
	"zcmop":    "zca",
	"zcmp":     "zca",
	"zcmt":     "zca zicsr",
	"zfa":      "f",
	"zfbfmin":  "f",
	"zfh":      "zfhmin",
	"zfhmin":   "f",
	"zk":       "zkn",
	"zkn":      "zbkb zbkc zbkx zknd zkne zknh",
	"zks":      "zbkb zbkc zbkx zksed zksh",
	"zvfbfmin": "v",
	"zvfbfwma": "zvfbfmin zfbfmin",
	"zvkn":     "zvkned zvknh zvbb",
	"zvknha":   "zvknh",
	"zvknhb":   "zvknh",
	"zvks":     "zvksed zvksh zvbb",
}

// silent are extensions without instructions of their own: hints, counters, guarantees about memory, vector lengths.
const silent = "zicntr zihpm zihintpause zihintntl zicbop ziccif ziccrse ziccamoa ziccamoc zicclsm zic64b za64rs za128rs zkt " +
	"zkr zvkt zvfh zvfhmin zve32x zve32f zve64x zve64f zve64d zvl32b zvl64b zvl128b zvl256b zvl512b zvl1024b zicfilp " +
	"svade svadu svnapot svpbmt ztso"

// shared lists the instructions of an extension that have another one in their rows.
var shared = map[string][]Op{
	"zbkb":  {ANDN, ORN, XNOR, ROL, ROLW, ROR, RORI, RORIW, RORW, REV8},
	"zbkc":  {CLMUL, CLMULH},
	"zmmul": {MUL, MULH, MULHSU, MULHU, MULW},
}

// ParseMarch parses an architecture: "rv64gc", "rv64imac_zba_zbb", or a profile, "rva22u64". The error names the extension
// that is unknown.
func ParseMarch(text string) (March, error) {
	known := map[string]bool{"g": true, "a": true, "b": true, "c": true, "h": true}
	for _, row := range Rows() {
		known[strings.ToLower(row.Ext)] = true
	}
	for name := range implied {
		known[name] = true
	}
	for name := range shared {
		known[name] = true
	}
	for _, name := range strings.Fields(silent) {
		known[name] = true
	}
	m := March{names: map[string]bool{"machine": true, "s": true}}
	text = strings.ToLower(text)
	singles, isBase := strings.CutPrefix(text, "rv64")
	if !isBase {
		singles = "_" + text
	}
	letters, rest, more := strings.Cut(singles, "_")
	names := strings.Split(letters, "")
	if more {
		names = append(names, strings.Split(rest, "_")...)
	}
	for _, name := range names {
		if !known[name] {
			return March{}, fmt.Errorf("isa: march %.60q: unknown extension %.60q", text, name)
		}
		m.add(name)
	}
	if !m.names["i"] {
		return March{}, fmt.Errorf("isa: march %.60q does not begin with rv64i, rv64g or a profile", text)
	}
	return m, nil
}

func (m March) add(name string) {
	if m.names[name] {
		return
	}
	m.names[name] = true
	for _, more := range strings.Fields(implied[name]) {
		m.add(more)
	}
}

// Has reports whether the architecture has the instruction.
func (m March) Has(op Op) bool {
	if ext := strings.ToLower(op.Row().Ext); m.names[ext] {
		return m.hasAll(needs(op.String(), ext))
	}
	for name, ops := range shared {
		if m.names[name] && slices.Contains(ops, op) {
			return true
		}
	}
	return false
}

func (m March) hasAll(names []string) bool {
	for _, name := range names {
		if !m.names[name] {
			return false
		}
	}
	return true
}

// needs returns what an instruction needs besides the extension that brings it: the formats of its operands, or the
// extension of the instruction that it abbreviates.
func needs(mnemonic, ext string) []string {
	switch ext {
	case "zcd":
		return []string{"d"} // c brings the compressed floating-point loads only with d
	case "zabha":
		if strings.HasPrefix(mnemonic, "amocas.") {
			return []string{"zacas"}
		}
	case "zcb":
		switch mnemonic {
		case "c.mul":
			return []string{"m"}
		case "c.sext.b", "c.sext.h", "c.zext.h":
			return []string{"zbb"}
		case "c.zext.w":
			return []string{"zba"}
		}
	case "zfa", "zfhmin":
		var formats []string
		for _, part := range strings.Split(mnemonic, ".")[1:] {
			switch {
			case part == "d", part == "q":
				formats = append(formats, part)
			case part == "h" && ext == "zfa":
				formats = append(formats, "zfh")
			}
		}
		return formats
	}
	return nil
}
