package rv64

// micro is what an operation of a block does.
type micro uint8

const (
	doGeneral micro = iota // what the general way does
	doEnd                  // the end of the block
	doConst                // x[rd] = imm
	doWide                 // x[rd] = more<<32 | imm
	doMove                 // x[rd] = x[rs1]
	doSextW                // x[rd] = the low 32 bits of x[rs1], sign-extended
	doJalr                 // x[rd] = the end of the block; pc = x[rs1] + imm with bit 0 clear
	doVector               // see quickVector
	doFsgnjD
	doFsgnjnD
	doFsgnjxD
	doFmvDX
	doFmvXD

	// These names are written from the rows by TestPlainCases -update.
	doBeq
	doBne
	doBlt
	doBge
	doBltu
	doBgeu
	doLb
	doLh
	doLw
	doLd
	doLbu
	doLhu
	doLwu
	doSb
	doSh
	doSw
	doSd
	doAddi
	doSlti
	doSltiu
	doXori
	doOri
	doAndi
	doSlli
	doSrli
	doSrai
	doAdd
	doSub
	doSll
	doSlt
	doSltu
	doXor
	doSrl
	doSra
	doOr
	doAnd
	doAddiw
	doSlliw
	doSrliw
	doSraiw
	doAddw
	doSubw
	doSllw
	doSrlw
	doSraw
	doMul
	doMulhu
	doMulw
	doAddUw
	doSh1add
	doSh2add
	doSh3add
	doSextB
	doSextH
	doZextH
	doFlw
	doFld
	doFsw
	doFsd
	doHostConvert
	doHostDouble
	doHostSingle
	doAddAdd
	doAddAddi
	doAddBeq
	doAddBge
	doAddBgeu
	doAddBlt
	doAddBltu
	doAddBne
	doAddFld
	doAddLbu
	doAddLd
	doAddLw
	doAddSb
	doAddSd
	doAddSw
	doAddMove
	doAddiAdd
	doAddiAddi
	doAddiAddiw
	doAddiBeq
	doAddiBge
	doAddiBgeu
	doAddiBlt
	doAddiBltu
	doAddiBne
	doAddiConst
	doAddiJalr
	doAddiLbu
	doAddiLd
	doAddiLw
	doAddiMove
	doAddiMulw
	doAddiSb
	doAddiSd
	doAddiSub
	doAddiSw
	doAddiXor
	doAddiwAddi
	doAddiwAddiw
	doAddiwBeq
	doAddiwBge
	doAddiwBlt
	doAddiwBne
	doAddiwXor
	doAddwBeq
	doAddwBne
	doAndBeq
	doAndiAdd
	doAndiAddi
	doAndiBeq
	doAndiBne
	doAndiSlli
	doAndiSrli
	doConstAddi
	doConstBeq
	doConstBge
	doConstBgeu
	doConstBltu
	doConstBne
	doConstConst
	doConstMove
	doConstSb
	doConstSd
	doFldAddi
	doFldFld
	doFsdAddi
	doFsdBeq
	doFsdBne
	doFsdFld
	doFsdFsd
	doLbuAdd
	doLbuAddi
	doLbuAndi
	doLbuBeq
	doLbuBne
	doLbuConst
	doLbuLbu
	doLbuSlli
	doLdAdd
	doLdAddi
	doLdBeq
	doLdBne
	doLdJalr
	doLdLbu
	doLdLd
	doLdLw
	doLdMove
	doLdSd
	doLwAdd
	doLwAddi
	doLwAddiw
	doLwBeq
	doLwBne
	doLwLw
	doLwSlli
	doMoveAdd
	doMoveAddi
	doMoveBeq
	doMoveBne
	doMoveConst
	doMoveLd
	doMoveMove
	doMulBeq
	doMulBne
	doMulwAddw
	doSbAdd
	doSbAddi
	doSbBeq
	doSbBne
	doSdAddi
	doSdAndi
	doSdBltu
	doSdBne
	doSdConst
	doSdLd
	doSdMove
	doSdSd
	doSextWConst
	doSlliAdd
	doSlliSrli
	doSlliSub
	doSrliAndi
	doSrliwAndi
	doSrliwBne
	doSubMove
	doSubSlli
	doSwAddi
	doSwSw
	doXorAndi
	doXorBeq
	doXorLbu
	doAddLbuBne
	doAddSbBeq
	doAddSbBne
	doAddiAddBne
	doAddiAddiBeq
	doAddiAddiJalr
	doAddiConstBeq
	doAddiLbuBeq
	doAddiSdAddi
	doAddiSdBgeu
	doAddiwXorBeq
	doConstAddiAdd
	doConstAddiBge
	doConstMoveConst
	doLdAddJalr
	doLdAddiJalr
	doLdMoveBltu
	doLbuAddiBeq
	doLbuAndiBeq
	doLbuAndiBne
	doLbuConstBne
	doLbuSlliSub
	doLwAddJalr
	doMoveAddBlt
	doMoveAddiBeq
	doMoveAddiBne
	doMoveLdBge
	doMoveMoveMove
	doMulwAddwBeq
	doMulwAddwBne
	doSdAddiSub
	doSdMoveMove
	doSdSdMove
	doSlliSrliSrliw
	doXorAndiSrli

	// The names above are written from the rows.
	microCount
)

// micros has the operation of each opcode; doGeneral for those that have none.
var micros = buildMicros()

func buildMicros() []micro {
	table := make([]micro, len(rows))
	for op, do := range microRows {
		table[op] = do
	}
	return table
}

var microRows = map[opcode]micro{
	opJalr: doJalr, opFsgnjD: doFsgnjD, opFsgnjnD: doFsgnjnD, opFsgnjxD: doFsgnjxD, opFmvDX: doFmvDX, opFmvXD: doFmvXD,
	// These entries are written from the rows by TestPlainCases -update.
	opBeq:     doBeq,
	opBne:     doBne,
	opBlt:     doBlt,
	opBge:     doBge,
	opBltu:    doBltu,
	opBgeu:    doBgeu,
	opLb:      doLb,
	opLh:      doLh,
	opLw:      doLw,
	opLd:      doLd,
	opLbu:     doLbu,
	opLhu:     doLhu,
	opLwu:     doLwu,
	opSb:      doSb,
	opSh:      doSh,
	opSw:      doSw,
	opSd:      doSd,
	opAddi:    doAddi,
	opSlti:    doSlti,
	opSltiu:   doSltiu,
	opXori:    doXori,
	opOri:     doOri,
	opAndi:    doAndi,
	opSlli:    doSlli,
	opSrli:    doSrli,
	opSrai:    doSrai,
	opAdd:     doAdd,
	opSub:     doSub,
	opSll:     doSll,
	opSlt:     doSlt,
	opSltu:    doSltu,
	opXor:     doXor,
	opSrl:     doSrl,
	opSra:     doSra,
	opOr:      doOr,
	opAnd:     doAnd,
	opAddiw:   doAddiw,
	opSlliw:   doSlliw,
	opSrliw:   doSrliw,
	opSraiw:   doSraiw,
	opAddw:    doAddw,
	opSubw:    doSubw,
	opSllw:    doSllw,
	opSrlw:    doSrlw,
	opSraw:    doSraw,
	opMul:     doMul,
	opMulhu:   doMulhu,
	opMulw:    doMulw,
	opAddUw:   doAddUw,
	opSh1add:  doSh1add,
	opSh2add:  doSh2add,
	opSh3add:  doSh3add,
	opSextB:   doSextB,
	opSextH:   doSextH,
	opZextH:   doZextH,
	opFlw:     doFlw,
	opFld:     doFld,
	opFsw:     doFsw,
	opFsd:     doFsd,
	opFeqD:    doHostConvert,
	opFltD:    doHostConvert,
	opFleD:    doHostConvert,
	opFcvtWD:  doHostConvert,
	opFcvtLD:  doHostConvert,
	opFcvtDW:  doHostConvert,
	opFcvtDL:  doHostConvert,
	opFcvtSD:  doHostConvert,
	opFcvtDS:  doHostConvert,
	opFaddD:   doHostDouble,
	opFsubD:   doHostDouble,
	opFmulD:   doHostDouble,
	opFdivD:   doHostDouble,
	opFsqrtD:  doHostDouble,
	opFmaddD:  doHostDouble,
	opFmsubD:  doHostDouble,
	opFnmsubD: doHostDouble,
	opFnmaddD: doHostDouble,
	opFaddS:   doHostSingle,
	opFsubS:   doHostSingle,
	opFmulS:   doHostSingle,
	opFdivS:   doHostSingle,
	// The entries above are written from the rows.
}

// fused has the operation that does the work of one, or of a sequence, and of the next one; doGeneral if there is none.
var fused = buildFused()

func buildFused() (table [microCount][microCount]micro) {
	for both, do := range fusedRows {
		table[both[0]][both[1]] = do
	}
	return table
}

var fusedRows = map[[2]micro]micro{
	// These sequences are written from fusedOps by TestPlainCases -update.
	{doAdd, doAdd}:         doAddAdd,
	{doAdd, doAddi}:        doAddAddi,
	{doAdd, doBeq}:         doAddBeq,
	{doAdd, doBge}:         doAddBge,
	{doAdd, doBgeu}:        doAddBgeu,
	{doAdd, doBlt}:         doAddBlt,
	{doAdd, doBltu}:        doAddBltu,
	{doAdd, doBne}:         doAddBne,
	{doAdd, doFld}:         doAddFld,
	{doAdd, doLbu}:         doAddLbu,
	{doAdd, doLd}:          doAddLd,
	{doAdd, doLw}:          doAddLw,
	{doAdd, doSb}:          doAddSb,
	{doAdd, doSd}:          doAddSd,
	{doAdd, doSw}:          doAddSw,
	{doAdd, doMove}:        doAddMove,
	{doAddi, doAdd}:        doAddiAdd,
	{doAddi, doAddi}:       doAddiAddi,
	{doAddi, doAddiw}:      doAddiAddiw,
	{doAddi, doBeq}:        doAddiBeq,
	{doAddi, doBge}:        doAddiBge,
	{doAddi, doBgeu}:       doAddiBgeu,
	{doAddi, doBlt}:        doAddiBlt,
	{doAddi, doBltu}:       doAddiBltu,
	{doAddi, doBne}:        doAddiBne,
	{doAddi, doConst}:      doAddiConst,
	{doAddi, doJalr}:       doAddiJalr,
	{doAddi, doLbu}:        doAddiLbu,
	{doAddi, doLd}:         doAddiLd,
	{doAddi, doLw}:         doAddiLw,
	{doAddi, doMove}:       doAddiMove,
	{doAddi, doMulw}:       doAddiMulw,
	{doAddi, doSb}:         doAddiSb,
	{doAddi, doSd}:         doAddiSd,
	{doAddi, doSub}:        doAddiSub,
	{doAddi, doSw}:         doAddiSw,
	{doAddi, doXor}:        doAddiXor,
	{doAddiw, doAddi}:      doAddiwAddi,
	{doAddiw, doAddiw}:     doAddiwAddiw,
	{doAddiw, doBeq}:       doAddiwBeq,
	{doAddiw, doBge}:       doAddiwBge,
	{doAddiw, doBlt}:       doAddiwBlt,
	{doAddiw, doBne}:       doAddiwBne,
	{doAddiw, doXor}:       doAddiwXor,
	{doAddw, doBeq}:        doAddwBeq,
	{doAddw, doBne}:        doAddwBne,
	{doAnd, doBeq}:         doAndBeq,
	{doAndi, doAdd}:        doAndiAdd,
	{doAndi, doAddi}:       doAndiAddi,
	{doAndi, doBeq}:        doAndiBeq,
	{doAndi, doBne}:        doAndiBne,
	{doAndi, doSlli}:       doAndiSlli,
	{doAndi, doSrli}:       doAndiSrli,
	{doConst, doAddi}:      doConstAddi,
	{doConst, doBeq}:       doConstBeq,
	{doConst, doBge}:       doConstBge,
	{doConst, doBgeu}:      doConstBgeu,
	{doConst, doBltu}:      doConstBltu,
	{doConst, doBne}:       doConstBne,
	{doConst, doConst}:     doConstConst,
	{doConst, doMove}:      doConstMove,
	{doConst, doSb}:        doConstSb,
	{doConst, doSd}:        doConstSd,
	{doFld, doAddi}:        doFldAddi,
	{doFld, doFld}:         doFldFld,
	{doFsd, doAddi}:        doFsdAddi,
	{doFsd, doBeq}:         doFsdBeq,
	{doFsd, doBne}:         doFsdBne,
	{doFsd, doFld}:         doFsdFld,
	{doFsd, doFsd}:         doFsdFsd,
	{doLbu, doAdd}:         doLbuAdd,
	{doLbu, doAddi}:        doLbuAddi,
	{doLbu, doAndi}:        doLbuAndi,
	{doLbu, doBeq}:         doLbuBeq,
	{doLbu, doBne}:         doLbuBne,
	{doLbu, doConst}:       doLbuConst,
	{doLbu, doLbu}:         doLbuLbu,
	{doLbu, doSlli}:        doLbuSlli,
	{doLd, doAdd}:          doLdAdd,
	{doLd, doAddi}:         doLdAddi,
	{doLd, doBeq}:          doLdBeq,
	{doLd, doBne}:          doLdBne,
	{doLd, doJalr}:         doLdJalr,
	{doLd, doLbu}:          doLdLbu,
	{doLd, doLd}:           doLdLd,
	{doLd, doLw}:           doLdLw,
	{doLd, doMove}:         doLdMove,
	{doLd, doSd}:           doLdSd,
	{doLw, doAdd}:          doLwAdd,
	{doLw, doAddi}:         doLwAddi,
	{doLw, doAddiw}:        doLwAddiw,
	{doLw, doBeq}:          doLwBeq,
	{doLw, doBne}:          doLwBne,
	{doLw, doLw}:           doLwLw,
	{doLw, doSlli}:         doLwSlli,
	{doMove, doAdd}:        doMoveAdd,
	{doMove, doAddi}:       doMoveAddi,
	{doMove, doBeq}:        doMoveBeq,
	{doMove, doBne}:        doMoveBne,
	{doMove, doConst}:      doMoveConst,
	{doMove, doLd}:         doMoveLd,
	{doMove, doMove}:       doMoveMove,
	{doMul, doBeq}:         doMulBeq,
	{doMul, doBne}:         doMulBne,
	{doMulw, doAddw}:       doMulwAddw,
	{doSb, doAdd}:          doSbAdd,
	{doSb, doAddi}:         doSbAddi,
	{doSb, doBeq}:          doSbBeq,
	{doSb, doBne}:          doSbBne,
	{doSd, doAddi}:         doSdAddi,
	{doSd, doAndi}:         doSdAndi,
	{doSd, doBltu}:         doSdBltu,
	{doSd, doBne}:          doSdBne,
	{doSd, doConst}:        doSdConst,
	{doSd, doLd}:           doSdLd,
	{doSd, doMove}:         doSdMove,
	{doSd, doSd}:           doSdSd,
	{doSextW, doConst}:     doSextWConst,
	{doSlli, doAdd}:        doSlliAdd,
	{doSlli, doSrli}:       doSlliSrli,
	{doSlli, doSub}:        doSlliSub,
	{doSrli, doAndi}:       doSrliAndi,
	{doSrliw, doAndi}:      doSrliwAndi,
	{doSrliw, doBne}:       doSrliwBne,
	{doSub, doMove}:        doSubMove,
	{doSub, doSlli}:        doSubSlli,
	{doSw, doAddi}:         doSwAddi,
	{doSw, doSw}:           doSwSw,
	{doXor, doAndi}:        doXorAndi,
	{doXor, doBeq}:         doXorBeq,
	{doXor, doLbu}:         doXorLbu,
	{doAddLbu, doBne}:      doAddLbuBne,
	{doAddSb, doBeq}:       doAddSbBeq,
	{doAddSb, doBne}:       doAddSbBne,
	{doAddiAdd, doBne}:     doAddiAddBne,
	{doAddiAddi, doBeq}:    doAddiAddiBeq,
	{doAddiAddi, doJalr}:   doAddiAddiJalr,
	{doAddiConst, doBeq}:   doAddiConstBeq,
	{doAddiLbu, doBeq}:     doAddiLbuBeq,
	{doAddiSd, doAddi}:     doAddiSdAddi,
	{doAddiSd, doBgeu}:     doAddiSdBgeu,
	{doAddiwXor, doBeq}:    doAddiwXorBeq,
	{doConstAddi, doAdd}:   doConstAddiAdd,
	{doConstAddi, doBge}:   doConstAddiBge,
	{doConstMove, doConst}: doConstMoveConst,
	{doLdAdd, doJalr}:      doLdAddJalr,
	{doLdAddi, doJalr}:     doLdAddiJalr,
	{doLdMove, doBltu}:     doLdMoveBltu,
	{doLbuAddi, doBeq}:     doLbuAddiBeq,
	{doLbuAndi, doBeq}:     doLbuAndiBeq,
	{doLbuAndi, doBne}:     doLbuAndiBne,
	{doLbuConst, doBne}:    doLbuConstBne,
	{doLbuSlli, doSub}:     doLbuSlliSub,
	{doLwAdd, doJalr}:      doLwAddJalr,
	{doMoveAdd, doBlt}:     doMoveAddBlt,
	{doMoveAddi, doBeq}:    doMoveAddiBeq,
	{doMoveAddi, doBne}:    doMoveAddiBne,
	{doMoveLd, doBge}:      doMoveLdBge,
	{doMoveMove, doMove}:   doMoveMoveMove,
	{doMulwAddw, doBeq}:    doMulwAddwBeq,
	{doMulwAddw, doBne}:    doMulwAddwBne,
	{doSdAddi, doSub}:      doSdAddiSub,
	{doSdMove, doMove}:     doSdMoveMove,
	{doSdSd, doMove}:       doSdSdMove,
	{doSlliSrli, doSrliw}:  doSlliSrliSrliw,
	{doXorAndi, doSrli}:    doXorAndiSrli,
	// The sequences above are written from fusedOps.
}
