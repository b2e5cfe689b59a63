package subject

import "github.com/rvfuzz/rvfuzz/oracle/tools"

// variants are extensions and tunings of LLVM beyond extensionSets: vector registers of other sizes, what RVA23 asks for,
// and the tunings of several processors together. Releases ignore the names that they do not have.
var variants = []struct {
	name, attributes string
	flags            []string
	vlen             uint64 // of the machine, 0 for the least that the program asks for
	dagOnly          bool   // without GlobalISel, of which release 23 ends by a signal for many programs with f16 in registers
}{
	{"-zvl256b", ",+v,+zba,+zbb,+zbs,+zvl256b", nil, 0, false},
	{"-zvl1024b", ",+v,+zba,+zbb,+zbs,+zvl1024b", nil, 0, false},
	{"-vlen512", ",+v,+zicond", nil, 512, false}, // the program asks for 128
	{"-exact", ",+v,+zba,+zbs", []string{"-riscv-v-vector-bits-max=256", "-riscv-v-vector-bits-min=256"}, 256, false},
	{"-rva23", ",+v,+zba,+zbb,+zbs,+zicond,+zfa,+zcb,+zimop,+zacas,+zabha" + unaligned, nil, 0, false},
	{"-zvfh", ",+v,+zvbb,+zfh,+zvfh,+zfa" + unaligned, nil, 0, true},
	{"-tuned", ",+zba,+zbb,+zbs" + branches + fusions + unaligned, nil, 0, false},
	{"-zbkb", ",+zbkb,+zbc,+zicond,+zfa", nil, 0, false},
}

// Tunings, by their names in release 19 or 23.
const (
	unaligned = ",+unaligned-scalar-mem,+unaligned-vector-mem,+optimized-zero-stride-load"
	branches  = ",+short-forward-branch-opt,+short-forward-branch-ialu,+short-forward-branch-iload,+short-forward-branch-iminmax" +
		",+short-forward-branch-imul,+short-forward-branch-imm,+conditional-cmv-fusion,+predictable-select-expensive,+prefer-w-inst"
	fusions = ",+fusion-add-load,+fusion-bfext,+fusion-zexth,+fusion-zextw,+fusion-shifted-zextw,+fusion-shift-bit-extract,+lui-addi-fusion"
)

// addVariants adds both instruction selectors at -O2, and the optimiser before the first, in every variant.
func (s *Subject) addVariants(opt *tools.Tool, llc tools.Tool) {
	for _, v := range variants {
		attributes := "-mattr=+m,+a,+f,+d,+c" + v.attributes
		for _, selector := range selectors {
			if v.dagOnly && selector.name != "" {
				continue
			}
			command := []string{llc.Path, "-O2", "-mtriple=riscv64", attributes, "-filetype=obj", "{input}", "-o", "{output}"}
			command = append(append(command, selector.flags...), v.flags...)
			one := Configuration{Name: "O2" + selector.name + v.name, Reference: "O0", VLEN: v.vlen, Commands: [][]string{command}}
			s.Configurations = append(s.Configurations, one)
			if opt != nil && selector.name == "" {
				front := append([]string{opt.Path, "-O3", "-mtriple=riscv64", attributes, "{input}", "-o", "{output}"}, v.flags...)
				one.Name, one.Commands = "opt"+v.name, [][]string{front, command}
				s.Configurations = append(s.Configurations, one)
			}
		}
	}
}

// cVariants are architectures of C compilers beyond those of newC, for -O3 and its vectoriser: the flags that all have,
// and those of one.
var cVariants = []struct {
	name, march string
	own         map[string][]string
	vlen        uint64
}{
	{"-v", "rv64gcv_zba_zbb_zbs", nil, 0},
	{"-vlen512", "rv64gcv_zicond", map[string][]string{"gcc": {"-mrvv-max-lmul=dynamic"}}, 512},
	{"-zvl1024b", "rv64gcv_zba_zbb_zbs_zvl1024b", map[string][]string{"gcc": {"-mrvv-max-lmul=m8"}}, 0},
	{"-exact", "rv64gcv_zba_zbs_zvl256b", map[string][]string{"gcc": {"-mrvv-vector-bits=zvl"}, "clang": {"-mrvv-vector-bits=zvl"}}, 256},
	{"-rva23", "rv64gcv_zba_zbb_zbs_zicond_zfa_zcb_zacas_zabha_zvbb", map[string][]string{
		"gcc": {"-mtune=generic-ooo", "-mno-strict-align"}, "clang": {"-mno-strict-align", "-mno-scalar-strict-align"}}, 0},
}

// addCVariants adds -O3 in every variant.
func (s *Subject) addCVariants(family string, tool tools.Tool, flags []string) {
	for _, v := range cVariants {
		command := append([]string{tool.Path, "-O3", "-march=" + v.march}, flags...)
		s.Configurations = append(s.Configurations, Configuration{Name: "O3" + v.name, Reference: "O0", VLEN: v.vlen,
			Commands: [][]string{append(command, v.own[family]...)}})
	}
}
