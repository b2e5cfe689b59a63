package debug

// The sections.
const (
	abbrevName = ".debug_abbrev"
	infoName   = ".debug_info"
	lineName   = ".debug_line"
	locName    = ".debug_loclists"
	rangeName  = ".debug_rnglists"
	frameName  = ".eh_frame"
)

// Numbers of DWARF 5 that package debug/dwarf does not export.
const (
	version     = 5
	unitCompile = 1
	languageC11 = 0x1d // what debuggers know best: they print expressions and types in C
	addressSize = 8

	formAddr      = 0x01
	formData8     = 0x07
	formString    = 0x08
	formSdata     = 0x0d
	formUdata     = 0x0f
	formRef4      = 0x13
	formSecOffset = 0x17
	formExprloc   = 0x18
	formFlag      = 0x19 // DW_FORM_flag_present

	attrRanges    = 0x55
	attrGNUVector = 0x2107
	attrCallLine  = 0x59
	attrDataBits  = 0x6b // DW_AT_data_bit_offset
	attrLocation  = 0x02

	encodingBoolean  = 2
	encodingFloat    = 4
	encodingSigned   = 5
	encodingUnsigned = 7

	listEnd             = 0
	listOffsetPair      = 4 // of both kinds of list
	locationBase        = 6
	rangeStartAndLength = 7

	opAddr       = 0x03
	opDeref      = 0x06
	opConsts     = 0x11
	opReg0       = 0x50
	opBreg0      = 0x70
	opRegx       = 0x90
	opCallFrame  = 0x9c // DW_OP_call_frame_cfa
	opStackValue = 0x9f

	lineCopy            = 1
	lineAdvancePC       = 2
	lineAdvanceLine     = 3
	lineSetFile         = 4
	lineSetColumn       = 5
	lineNegateStatement = 6
	linePrologueEnd     = 10
	lineEpilogueBegin   = 11
	lineEndSequence     = 1 // extended
	lineSetAddress      = 2 // extended
	linePath            = 1 // DW_LNCT_path
	lineDirectory       = 2 // DW_LNCT_directory_index

	frameAdvance        = 0x40
	frameOffset         = 0x80
	frameRestore        = 0xc0
	frameAdvance1       = 0x02
	frameAdvance2       = 0x03
	frameAdvance4       = 0x04
	frameRemember       = 0x0a
	frameRestoreState   = 0x0b
	frameDefine         = 0x0c // DW_CFA_def_cfa
	frameDefineRegister = 0x0d
	frameDefineOffset   = 0x0e

	frameVersion   = 1
	encodeRelative = 0x1b // of addresses: 4 bytes, relative to their own place
)
