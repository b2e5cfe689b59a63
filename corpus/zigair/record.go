package zigair

import "encoding/json"

// The records of the dump, one type per kind of line. A null and an absent key are the same. The fields keep the names
// of the keys.

// typeRecord is a line of kind "type".
type typeRecord struct {
	line int
	ID   int    `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind"`

	Size   *uint64 `json:"size"`
	Align  *uint64 `json:"align"`
	Bits   *uint64 `json:"bits"`
	NoSize int     `json:"nosize"`

	Signed bool   `json:"signed"`
	Width  uint32 `json:"width"`
	Named  string `json:"named"`

	Child       *int            `json:"child"`
	Len         uint64          `json:"len"`
	Sentinel    *int            `json:"sentinel"`
	PtrSize     string          `json:"ptrsize"`
	Const       bool            `json:"const"`
	Volatile    bool            `json:"volatile"`
	AllowZero   bool            `json:"allowzero"`
	PtrAlign    *uint32         `json:"ptralign"`
	HostSize    uint32          `json:"host_size"`
	BitOffset   uint32          `json:"bit_offset"`
	VectorIndex json.RawMessage `json:"vector_index"`

	FlagOff *uint64 `json:"flag_off"`

	AnyError bool            `json:"anyerror"`
	Names    json.RawMessage `json:"names"` // of errors with values, or of enum members
	Inferred bool            `json:"inferred"`
	Resolved *int            `json:"resolved"`

	ErrSet     *int    `json:"errset"`
	Payload    *int    `json:"payload"`
	PayloadOff *uint64 `json:"payload_off"`
	ErrOff     *uint64 `json:"err_off"`

	Layout  string        `json:"layout"`
	Tuple   bool          `json:"tuple"`
	Anon    bool          `json:"anon"`
	Backing *int          `json:"backing"`
	Fields  []fieldRecord `json:"fields"`
	Tagging string        `json:"tagging"`
	Tag     *int          `json:"tag"`
	TagOff  *uint64       `json:"tag_off"`

	Exhaustive bool     `json:"exhaustive"`
	Values     []string `json:"values"`

	CC      string `json:"cc"`
	Params  []int  `json:"params"`
	Ret     *int   `json:"ret"`
	VarArgs bool   `json:"var_args"`
}

type fieldRecord struct {
	Name     string  `json:"name"`
	Type     int     `json:"ty"`
	Off      *uint64 `json:"off"`
	BitOff   *uint64 `json:"bitoff"`
	RT       *bool   `json:"rt"`
	Align    *uint32 `json:"falign"`
	Comptime bool    `json:"comptime"`
	Val      *int    `json:"val"`
}

// constRecord is a line of kind "const".
type constRecord struct {
	line    int
	ID      int            `json:"id"`
	Type    int            `json:"ty"`
	Undef   bool           `json:"undef"`
	Bool    *bool          `json:"bool"`
	Null    bool           `json:"null"`
	Simple  string         `json:"simple"`
	Int     string         `json:"int"`
	Float   string         `json:"float"`
	Err     *string        `json:"err"`
	ErrVal  uint16         `json:"ev"`
	Payload *int           `json:"payload"`
	Bytes   *string        `json:"bytes"`
	Elems   []int          `json:"elems"`
	Repeat  *int           `json:"repeat"`
	N       uint64         `json:"n"`
	UnVal   *int           `json:"uval"`
	Field   int            `json:"field"`
	Func    *int           `json:"func"`
	Decl    *int           `json:"decl"`
	Ptr     *pointerRecord `json:"ptr"`
	Len     *int           `json:"len"`
	Empty   bool           `json:"empty_enum"`
}

type pointerRecord struct {
	Decl   *int   `json:"decl"`
	Int    string `json:"int"`
	CField *int   `json:"cfield"`
	Off    *int64 `json:"off"`
}

// declRecord is a line of kind "decl".
type declRecord struct {
	line        int
	ID          int     `json:"id"`
	Name        string  `json:"name"`
	Kind        string  `json:"kind"`
	Type        int     `json:"ty"`
	Align       *uint32 `json:"dalign"`
	Init        *int    `json:"init"`
	ThreadLocal bool    `json:"threadlocal"`
	Const       bool    `json:"const"`
	Symbol      string  `json:"symbol"`
	Target      *int    `json:"target"`
}

type exportRecord struct {
	line int
	Decl int    `json:"decl"`
	Name string `json:"name"`
}

type testRecord struct {
	line   int
	Decl   int    `json:"decl"`
	Name   string `json:"name"`
	Expect string `json:"expect"`
}

type metaRecord struct {
	line int
	Meta
	Panic []int `json:"panic"`
}

type errorsRecord struct {
	Names []string `json:"names"`
}

// fnRecord is a line of kind "fn".
type fnRecord struct {
	line       int
	Decl       int          `json:"decl"`
	File       string       `json:"file"`
	Line       uint32       `json:"line"`
	Type       int          `json:"ty"`
	StackAlign *uint32      `json:"stackalign"`
	Body       []instRecord `json:"body"`
}

// fnLine is a line of kind "fn", of which only the declaration is decoded: instructions take thirty times the memory of
// their text, so each function is decoded when it is converted.
type fnLine struct {
	line int
	text []byte
	Decl int `json:"decl"`
}

// instRecord is one instruction with its nested bodies.
type instRecord struct {
	I      uint32       `json:"i"`
	Tag    string       `json:"tag"`
	Type   int          `json:"ty"`
	Unused int          `json:"u"`
	Ops    []opRecord   `json:"ops"`
	Callee *opRecord    `json:"callee"`
	Args   []opRecord   `json:"args"`
	Body   []instRecord `json:"body"`
	Then   []instRecord `json:"then"`
	Else   []instRecord `json:"else"`
	Cases  []caseRecord `json:"cases"`

	Deaths     []uint32 `json:"deaths"`
	ThenDeaths []uint32 `json:"then_deaths"`
	ElseDeaths []uint32 `json:"else_deaths"`

	Field    uint32      `json:"field"`
	Param    uint32      `json:"param"`
	Block    uint32      `json:"block"`
	Line     uint32      `json:"line"`
	Col      uint32      `json:"col"`
	Name     string      `json:"name"`
	Cmp      string      `json:"cmp"`
	Order    string      `json:"order"`
	Succ     string      `json:"succ"`
	Fail     string      `json:"fail"`
	RMW      string      `json:"rmw"`
	Red      string      `json:"red"`
	Mask     []*int32    `json:"mask"`
	AskType  *int        `json:"aty"`
	Asm      string      `json:"asm"`
	Volatile bool        `json:"volatile"`
	Outputs  []asmRecord `json:"outputs"`
	Inputs   []asmRecord `json:"inputs"`
	Clobbers []string    `json:"clobbers"`
	RW       string      `json:"rw"`
	Locality uint8       `json:"locality"`
	Cache    string      `json:"cache"`
}

type caseRecord struct {
	Items  []opRecord   `json:"items"`
	Body   []instRecord `json:"body"`
	Deaths []uint32     `json:"deaths"`
}

type asmRecord struct {
	Name       string    `json:"name"`
	Constraint string    `json:"constraint"`
	Op         *opRecord `json:"op"`
}

// opRecord is an operand: an instruction or a constant; neither for null.
type opRecord struct {
	I *uint32 `json:"i"`
	C *int    `json:"c"`
	D int     `json:"d"`
}
