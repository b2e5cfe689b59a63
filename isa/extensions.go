package isa

import "strings"

// implied lists the extensions that an extension or a profile includes or depends on, in lower case (unprivileged manual,
// "ISA Extension Naming Conventions" and each extension's chapter; RISC-V profiles).
var implied = map[string]string{
	"g":        "i m a f d zicsr zifencei",
	"m":        "zmmul",
	"a":        "zaamo zalrsc",
	"b":        "zba zbb zbs",
	"c":        "zca zcd",
	"d":        "f",
	"f":        "zicsr",
	"q":        "d",
	"v":        "zve64d zvl128b",
	"zabha":    "zaamo",
	"zacas":    "zaamo",
	"zcb":      "zca",
	"zcd":      "zca",
	"zce":      "zcb zcmp zcmt",
	"zcmop":    "zca",
	"zcmp":     "zca",
	"zcmt":     "zca zicsr",
	"zfa":      "f",
	"zfbfmin":  "f",
	"zfh":      "zfhmin",
	"zfhmin":   "f",
	"zicfiss":  "zimop zicsr",
	"zicfilp":  "zicsr",
	"zicntr":   "zicsr",
	"zihpm":    "zicsr",
	"zk":       "zkn zkr zkt",
	"zkn":      "zbkb zbkc zbkx zknd zkne zknh",
	"zks":      "zbkb zbkc zbkx zksed zksh",
	"zve32f":   "zve32x f",
	"zve32x":   "zicsr zvl32b",
	"zve64d":   "zve64f d",
	"zve64f":   "zve64x zve32f",
	"zve64x":   "zve32x zvl64b",
	"zvl64b":   "zvl32b",
	"zvl128b":  "zvl64b",
	"zvl256b":  "zvl128b",
	"zvl512b":  "zvl256b",
	"zvl1024b": "zvl512b",
	"zvbb":     "zvkb",
	"zvbc":     "zve64x",
	"zvfbfmin": "zve32f",
	"zvfbfwma": "zvfbfmin zfbfmin",
	"zvfh":     "zvfhmin zfhmin",
	"zvfhmin":  "zve32f",
	"zvkb":     "zve32x",
	"zvkg":     "zve32x",
	"zvkn":     "zvkned zvknhb zvkb zvkt",
	"zvknc":    "zvkn zvbc",
	"zvkned":   "zve32x",
	"zvkng":    "zvkn zvkg",
	"zvknha":   "zvknh zve32x",
	"zvknhb":   "zvknh zve64x",
	"zvks":     "zvksed zvksh zvkb zvkt",
	"zvksc":    "zvks zvbc",
	"zvksed":   "zve32x",
	"zvksg":    "zvks zvkg",
	"zvksh":    "zve32x",
	"rvi20u64": "i",
	"rva20u64": "i m a f d c zicsr zicntr ziccif ziccrse ziccamoa zicclsm za128rs",
	"rva20s64": "rva20u64 zifencei",
	"rva22u64": "rva20u64 b zicbom zicbop zicboz zfhmin zihintpause zihpm zic64b za64rs zkt",
	"rva22s64": "rva22u64 zifencei svinval svpbmt",
	"rva23u64": "rva22u64 zihintntl v zvfhmin zvbb zvkt zicond zimop zcmop zcb zfa zawrs supm",
	"rva23s64": "rva23u64 zifencei svinval svpbmt svnapot sstc sscofpmf ssnpm h",
	"rvb23u64": "rva22u64 zihintntl zicond zimop zcmop zcb zfa zawrs",
	"rvb23s64": "rvb23u64 zifencei svinval svpbmt svnapot sstc sscofpmf",
}

// silent are extensions without instructions of their own: hints, counters, guarantees about memory, vector lengths, and what
// only privileged software sees.
const silent = "zihintpause zihintntl zicbop ziccif ziccrse ziccamoa ziccamoc zicclsm zic64b za64rs za128rs zama16b zkt zkr " +
	"zvkt zvl2048b zvl4096b zvl8192b zvl16384b zvl32768b zvl65536b ztso " +
	"sdtrig shcounterenw shgatpa shtvala shvsatpa shvstvala shvstvecd smaia smcdeleg smcntrpmf smcsrind smctr smdbltrp smepmp " +
	"smmpm smnpm smstateen ssaia ssccfg ssccptr sscofpmf sscounterenw sscsrind ssdbltrp ssnpm sspm ssqosid ssstateen ssstrict " +
	"sstc sstvala sstvecd ssu64xl supm svade svadu svbare svnapot svpbmt svvptc sv39 sv48 sv57"

// shared lists the instructions of an extension that have another one in their rows.
var shared = map[string][]Op{
	"zbkb":  {ANDN, ORN, XNOR, ROL, ROLW, ROR, RORI, RORIW, RORW, REV8},
	"zbkc":  {CLMUL, CLMULH},
	"zkne":  {AES64KS1I, AES64KS2},
	"zmmul": {MUL, MULH, MULHSU, MULHU, MULW},
	"zvkb":  {VANDN_VV, VANDN_VX, VBREV8_V, VREV8_V, VROL_VV, VROL_VX, VROR_VV, VROR_VX, VROR_VI},
}

// vectorSubset returns the smallest extension that has an instruction of V: Zve32f has those for floating-point numbers, and
// Zve64x accesses elements of 64 bits.
func vectorSubset(mnemonic string) string {
	switch {
	case strings.HasPrefix(mnemonic, "vf") && mnemonic != "vfirst.m", strings.HasPrefix(mnemonic, "vmf"):
		return "zve32f"
	case strings.Contains(mnemonic, "64"):
		return "zve64x"
	}
	return "zve32x"
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
			return []string{"zmmul"}
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
