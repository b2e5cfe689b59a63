package table

// crypto holds the scalar cryptography extensions: Zknd, Zkne, Zknh, Zksed, Zksh.
var crypto = []Row{
	{Name: "aes64ds", Ext: "Zknd", Sec: AESDecryption, Form: FormR, Op: OpOp, F3: 0b000, F7: 0b0011101},
	{Name: "aes64dsm", Ext: "Zknd", Sec: AESDecryption, Form: FormR, Op: OpOp, F3: 0b000, F7: 0b0011111},
	{Name: "aes64es", Ext: "Zkne", Sec: AESEncryption, Form: FormR, Op: OpOp, F3: 0b000, F7: 0b0011001},
	{Name: "aes64esm", Ext: "Zkne", Sec: AESEncryption, Form: FormR, Op: OpOp, F3: 0b000, F7: 0b0011011},
	{Name: "aes64im", Ext: "Zknd", Sec: AESDecryption, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b00000, F7: 0b0011000},
	{Name: "aes64ks1i", Ext: "Zknd", Sec: AESDecryption, Form: FormRNum, Op: OpImm, F3: 0b001, Rs2: 0b10000, F7: 0b0011000},
	{Name: "aes64ks2", Ext: "Zknd", Sec: AESDecryption, Form: FormR, Op: OpOp, F3: 0b000, F7: 0b0111111},
	{Name: "sha256sum0", Ext: "Zknh", Sec: SHA2, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b00000, F7: 0b0001000},
	{Name: "sha256sum1", Ext: "Zknh", Sec: SHA2, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b00001, F7: 0b0001000},
	{Name: "sha256sig0", Ext: "Zknh", Sec: SHA2, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b00010, F7: 0b0001000},
	{Name: "sha256sig1", Ext: "Zknh", Sec: SHA2, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b00011, F7: 0b0001000},
	{Name: "sha512sum0", Ext: "Zknh", Sec: SHA2, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b00100, F7: 0b0001000},
	{Name: "sha512sum1", Ext: "Zknh", Sec: SHA2, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b00101, F7: 0b0001000},
	{Name: "sha512sig0", Ext: "Zknh", Sec: SHA2, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b00110, F7: 0b0001000},
	{Name: "sha512sig1", Ext: "Zknh", Sec: SHA2, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b00111, F7: 0b0001000},
	{Name: "sm4ed", Ext: "Zksed", Sec: SM4, Form: FormSM4, Op: OpOp, F3: 0b000, F7: 0b0011000},
	{Name: "sm4ks", Ext: "Zksed", Sec: SM4, Form: FormSM4, Op: OpOp, F3: 0b000, F7: 0b0011010},
	{Name: "sm3p0", Ext: "Zksh", Sec: SM3, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b01000, F7: 0b0001000},
	{Name: "sm3p1", Ext: "Zksh", Sec: SM3, Form: FormRUnary, Op: OpImm, F3: 0b001, Rs2: 0b01001, F7: 0b0001000},
}
