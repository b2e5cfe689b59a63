package table

// Form is the layout of an instruction: its operands in the order of assembler text, and the name of the manual's figure.
type Form uint8

const (
	FormNone Form = iota
	FormR
	FormRUnary
	FormI
	FormLoad
	FormShift6
	FormShift5
	FormStore
	FormB
	FormU
	FormJ
	FormFence
	FormCSR
	FormCSRI
	FormCBO
	FormLR
	FormAMO
	FormLoadAcquire
	FormStoreRelease
	FormTLB
	FormHLV
	FormHSV
	FormRNum
	FormSM4
	FormMopR
	FormMopRR
	FormFLoad
	FormFStore
	FormFR4
	FormFRM
	FormFR
	FormFUnaryRM
	FormFExact
	FormFCmp
	FormFToX
	FormFToXRaw
	FormFToXRtz
	FormXToF
	FormXToFExact
	FormXToFRaw
	FormXXToF
	FormFLI
	FormVSetVLI
	FormVSetIVLI
	FormVSetVL
	FormVLoad
	FormVLoadStride
	FormVLoadIndex
	FormVLoadWhole
	FormVStore
	FormVStoreStride
	FormVStoreIndex
	FormVStoreWhole
	FormVV
	FormVX
	FormVI
	FormVU
	FormVU6
	FormVF
	FormVVMask
	FormVXMask
	FormVIMask
	FormVFMask
	FormVVPlain
	FormVXPlain
	FormVIPlain
	FormVUPlain
	FormVVAdd
	FormVXAdd
	FormVFAdd
	FormVUnary
	FormVUnaryPlain
	FormVToX
	FormVToXPlain
	FormVToF
	FormVMoveV
	FormVMoveX
	FormVMoveI
	FormVMoveF
	FormVID
	FormCNop
	FormCI
	FormCLui
	FormCAddi16sp
	FormCShift
	FormCLwsp
	FormCLdsp
	FormCFLdsp
	FormCR
	FormCJr
	FormCSwsp
	FormCSdsp
	FormCFSdsp
	FormCIW
	FormCLw
	FormCLd
	FormCFLd
	FormCSw
	FormCSd
	FormCFSd
	FormCA
	FormCBImm
	FormCBShift
	FormCBranch
	FormCJ
	FormCLB
	FormCLH
	FormCSB
	FormCSH
	FormCU
	FormCMop
	FormCMPP
	FormCMMV
	FormCMJT
)

// Name returns the manual's name of the format: "R", "CIW", "OPV".
func (f Form) Name() string { return forms[f].name }

// Args returns the operands in assembler order: names that Operands has, and literal text. Words before a blank are part
// of the mnemonic (amoadd.w.aqrl, vlseg2e8.v, mop.r.3).
func (f Form) Args() string { return forms[f].args }

var forms = [...]struct{ name, args string }{
	FormNone:         {"none", ""},
	FormR:            {"R", "rd,rs1,rs2"},
	FormRUnary:       {"R", "rd,rs1"},
	FormI:            {"I", "rd,rs1,imm12"},
	FormLoad:         {"I", "rd,imm12(rs1)"},
	FormShift6:       {"I", "rd,rs1,shamt6"},
	FormShift5:       {"I", "rd,rs1,shamt5"},
	FormStore:        {"S", "rs2,simm12(rs1)"},
	FormB:            {"B", "rs1,rs2,bimm"},
	FormU:            {"U", "rd,uimm20"},
	FormJ:            {"J", "rd,jimm"},
	FormFence:        {"I", "fence"},
	FormCSR:          {"I", "rd,csr,rs1"},
	FormCSRI:         {"I", "rd,csr,zimm5"},
	FormCBO:          {"I", "(rs1)"},
	FormLR:           {"R", "aqrl rd,(rs1)"},
	FormAMO:          {"R", "aqrl rd,rs2,(rs1)"},
	FormLoadAcquire:  {"R", "rl rd,(rs1)"},
	FormStoreRelease: {"R", "aq rs2,(rs1)"},
	FormTLB:          {"R", "rs1,rs2"},
	FormHLV:          {"R", "rd,(rs1)"},
	FormHSV:          {"R", "rs2,(rs1)"},
	FormRNum:         {"R", "rd,rs1,rnum"},
	FormSM4:          {"R", "rd,rs1,rs2,bs"},
	FormMopR:         {"I", "mopr rd,rs1"},
	FormMopRR:        {"R", "moprr rd,rs1,rs2"},
	FormFLoad:        {"I", "fd,imm12(rs1)"},
	FormFStore:       {"S", "fs2,simm12(rs1)"},
	FormFR4:          {"R4", "fd,fs1,fs2,fs3,rm"},
	FormFRM:          {"R", "fd,fs1,fs2,rm"},
	FormFR:           {"R", "fd,fs1,fs2"},
	FormFUnaryRM:     {"R", "fd,fs1,rm"},
	FormFExact:       {"R", "fd,fs1,rmx"},
	FormFCmp:         {"R", "rd,fs1,fs2"},
	FormFToX:         {"R", "rd,fs1,rm"},
	FormFToXRaw:      {"R", "rd,fs1"},
	FormFToXRtz:      {"R", "rd,fs1,rtz"},
	FormXToF:         {"R", "fd,rs1,rm"},
	FormXToFExact:    {"R", "fd,rs1,rmx"},
	FormXToFRaw:      {"R", "fd,rs1"},
	FormXXToF:        {"R", "fd,rs1,rs2"},
	FormFLI:          {"R", "fd,fli"},
	FormVSetVLI:      {"OPCFG", "rd,rs1,vtype11"},
	FormVSetIVLI:     {"OPCFG", "rd,avl,vtype10"},
	FormVSetVL:       {"OPCFG", "rd,rs1,rs2"},
	FormVLoad:        {"VL", "nf vd,(rs1),vm"},
	FormVLoadStride:  {"VLS", "nf vd,(rs1),rs2,vm"},
	FormVLoadIndex:   {"VLX", "nf vd,(rs1),vs2,vm"},
	FormVLoadWhole:   {"VL", "vd,(rs1)"},
	FormVStore:       {"VS", "nf vs3,(rs1),vm"},
	FormVStoreStride: {"VSS", "nf vs3,(rs1),rs2,vm"},
	FormVStoreIndex:  {"VSX", "nf vs3,(rs1),vs2,vm"},
	FormVStoreWhole:  {"VS", "vs3,(rs1)"},
	FormVV:           {"OPV", "vd,vs2,vs1,vm"},
	FormVX:           {"OPV", "vd,vs2,rs1,vm"},
	FormVI:           {"OPV", "vd,vs2,simm5,vm"},
	FormVU:           {"OPV", "vd,vs2,uimm5,vm"},
	FormVU6:          {"OPV", "vd,vs2,uimm6,vm"},
	FormVF:           {"OPV", "vd,vs2,fs1,vm"},
	FormVVMask:       {"OPV", "vd,vs2,vs1,v0"},
	FormVXMask:       {"OPV", "vd,vs2,rs1,v0"},
	FormVIMask:       {"OPV", "vd,vs2,simm5,v0"},
	FormVFMask:       {"OPV", "vd,vs2,fs1,v0"},
	FormVVPlain:      {"OPV", "vd,vs2,vs1"},
	FormVXPlain:      {"OPV", "vd,vs2,rs1"},
	FormVIPlain:      {"OPV", "vd,vs2,simm5"},
	FormVUPlain:      {"OPV", "vd,vs2,uimm5"},
	FormVVAdd:        {"OPV", "vd,vs1,vs2,vm"},
	FormVXAdd:        {"OPV", "vd,rs1,vs2,vm"},
	FormVFAdd:        {"OPV", "vd,fs1,vs2,vm"},
	FormVUnary:       {"OPV", "vd,vs2,vm"},
	FormVUnaryPlain:  {"OPV", "vd,vs2"},
	FormVToX:         {"OPV", "rd,vs2,vm"},
	FormVToXPlain:    {"OPV", "rd,vs2"},
	FormVToF:         {"OPV", "fd,vs2"},
	FormVMoveV:       {"OPV", "vd,vs1"},
	FormVMoveX:       {"OPV", "vd,rs1"},
	FormVMoveI:       {"OPV", "vd,simm5"},
	FormVMoveF:       {"OPV", "vd,fs1"},
	FormVID:          {"OPV", "vd,vm"},
	FormCNop:         {"CI", "chint6"},
	FormCI:           {"CI", "crd,cimm6"},
	FormCLui:         {"CI", "crd,clui"},
	FormCAddi16sp:    {"CI", "sp,c16sp"},
	FormCShift:       {"CI", "crd,cshamt"},
	FormCLwsp:        {"CI", "crd,cwsp(sp)"},
	FormCLdsp:        {"CI", "crd,cdsp(sp)"},
	FormCFLdsp:       {"CI", "cfd,cdsp(sp)"},
	FormCR:           {"CR", "crd,crs2"},
	FormCJr:          {"CR", "crs1"},
	FormCSwsp:        {"CSS", "crs2,cswsp(sp)"},
	FormCSdsp:        {"CSS", "crs2,csdsp(sp)"},
	FormCFSdsp:       {"CSS", "cfs2,csdsp(sp)"},
	FormCIW:          {"CIW", "rdp,sp,c4spn"},
	FormCLw:          {"CL", "rdp,cw(rs1p)"},
	FormCLd:          {"CL", "rdp,cd(rs1p)"},
	FormCFLd:         {"CL", "fdp,cd(rs1p)"},
	FormCSw:          {"CS", "rs2p,cw(rs1p)"},
	FormCSd:          {"CS", "rs2p,cd(rs1p)"},
	FormCFSd:         {"CS", "fs2p,cd(rs1p)"},
	FormCA:           {"CA", "rd1p,rs2p"},
	FormCBImm:        {"CB", "rd1p,cimm6"},
	FormCBShift:      {"CB", "rd1p,cshamt"},
	FormCBranch:      {"CB", "rs1p,cb"},
	FormCJ:           {"CJ", "cj"},
	FormCLB:          {"CLB", "rdp,cub(rs1p)"},
	FormCLH:          {"CLH", "rdp,cuh(rs1p)"},
	FormCSB:          {"CSB", "rs2p,cub(rs1p)"},
	FormCSH:          {"CSH", "rs2p,cuh(rs1p)"},
	FormCU:           {"CU", "rd1p"},
	FormCMop:         {"CMOP", "cmop "},
	FormCMPP:         {"CMPP", "rlist,spadj"},
	FormCMMV:         {"CMMV", "sreg1,sreg2"},
	FormCMJT:         {"CMJT", "jtidx"},
}
