package mir

// PointKind is what a Point states.
type PointKind uint8

// The kinds of Point.
const (
	VariablePoint PointKind = iota // from here on the variable's operand is at Loc
	ScopeBegin                     // a body of Inst begins
	ScopeEnd                       // the body that began last ends
	CallPoint                      // a call follows, after which registers that calls change hold no variable
)

// Point is a fact for a debugger that holds from the instruction at the position Before on. Inst is the AIR instruction:
// of a VariablePoint the one that names the variable, or an arg,
// of a ScopeBegin the one that has the body.
type Point struct {
	Before int
	Kind   PointKind
	Inst   uint32
	Loc    Loc
}

// Point appends a fact that holds from here on. It is no instruction, so that the code is the same without it.
func (f *Function) Point(kind PointKind, inst uint32, loc Loc) {
	here := len(f.Insts)
	// Instructions may have been taken back since the last points.
	for i := len(f.Points) - 1; i >= 0 && f.Points[i].Before > here; i-- {
		f.Points[i].Before = here
	}
	f.Points = append(f.Points, Point{here, kind, inst, loc})
}

// callPoint records that a call follows, if points are recorded.
func (f *Function) callPoint() {
	if f.Points != nil {
		f.Point(CallPoint, 0, Loc{})
	}
}
