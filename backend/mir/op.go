package mir

// Op is what a MIR instruction does: one row of the table below.
type Op uint8

// The instructions of MIR.
const (
	Real          Op = iota // I as it is
	LoadImm                 // I.Rd = I.Imm, any 64-bit value
	AddImm                  // I.Rd = I.Rs1 + I.Imm, any 64-bit value
	Load                    // I.Rd = memory at Mem, by the load I.Op
	Store                   // memory at Mem = I.Rs2, by the store I.Op
	LeaMem                  // I.Rd = address of Mem
	LeaSymbol               // I.Rd = address of Symbol + I.Imm
	LoadAddress             // I.Rd = address of Symbol, from the global offset table
	LeaThread               // I.Rd = address of the thread-local Symbol + I.Imm, in the block of the program itself
	LoadThread              // I.Rd = address of the thread-local Symbol, its distance from tp from the global offset table
	Branch                  // to label N if I.Op holds of I.Rs1 and I.Rs2
	Jump                    // to label N
	JumpTable               // to the label in Tables[N] at the index in I.Rs1, which is in range; changes I.Rs1
	Bind                    // label N is here
	Call                    // call Symbol
	CallReg                 // call the address in I.Rs1
	TailCall                // jump to Symbol, which returns for this function
	Prologue                // make the frame
	Epilogue                // undo the frame
	Ret                     // return
	Trap                    // the illegal instruction c0001073
	LocationPoint           // Locations[N] holds here
	Line                    // the instructions after it are of source line N, column I.Imm
	numOps        = iota
)

// operand is one operand of an instruction's text.
type operand uint8

const (
	rd       operand = iota + 1 // I.Rd, an integer register
	rs1                         // I.Rs1, an integer register
	rs2                         // I.Rs2, an integer register
	imm                         // I.Imm
	loadOp                      // I.Op, a load; decides the class of Rd
	storeOp                     // I.Op, a store; decides the class of Rs2
	branchOp                    // I.Op, a conditional branch
	dest                        // I.Rd of the class of the load
	data                        // I.Rs2 of the class of the store
	mem                         // Mem
	label                       // N
	labels                      // Tables[N]
	symbol                      // Symbol
	addend                      // Symbol and I.Imm
	location                    // Locations[N]
	line                        // N and I.Imm
	realInst                    // I, as isa writes it
)

// row describes one Op: its name in text, its operands in the order of the text, and whether control never continues to
// the next instruction.
type row struct {
	name     string
	operands []operand
	ends     bool
}

var table = [numOps]row{
	Real:          {name: "real", operands: []operand{realInst}},
	LoadImm:       {name: "load_imm", operands: []operand{rd, imm}},
	AddImm:        {name: "add_imm", operands: []operand{rd, rs1, imm}},
	Load:          {name: "load", operands: []operand{loadOp, dest, mem}},
	Store:         {name: "store", operands: []operand{storeOp, data, mem}},
	LeaMem:        {name: "lea_mem", operands: []operand{rd, mem}},
	LeaSymbol:     {name: "lea_symbol", operands: []operand{rd, addend}},
	LoadAddress:   {name: "load_address", operands: []operand{rd, symbol}},
	LeaThread:     {name: "lea_thread", operands: []operand{rd, addend}},
	LoadThread:    {name: "load_thread", operands: []operand{rd, symbol}},
	Branch:        {name: "branch", operands: []operand{branchOp, rs1, rs2, label}},
	Jump:          {name: "jump", operands: []operand{label}, ends: true},
	JumpTable:     {name: "jump_table", operands: []operand{rs1, labels}, ends: true},
	Bind:          {name: "bind", operands: []operand{label}},
	Call:          {name: "call", operands: []operand{symbol}},
	CallReg:       {name: "call_reg", operands: []operand{rs1}},
	TailCall:      {name: "tail_call", operands: []operand{symbol}, ends: true},
	Prologue:      {name: "prologue"},
	Epilogue:      {name: "epilogue"},
	Ret:           {name: "ret", ends: true},
	Trap:          {name: "trap", ends: true},
	LocationPoint: {name: "location", operands: []operand{location}},
	Line:          {name: "line", operands: []operand{line}},
}

// String returns the name of the instruction in MIR text.
func (op Op) String() string {
	if op >= numOps {
		return "op?"
	}
	return table[op].name
}

// Ends reports whether control never continues from op to the instruction after it.
func (op Op) Ends() bool { return op < numOps && table[op].ends }
