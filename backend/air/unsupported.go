package air

// Unsupported is the error of a stage that meets something legal which it does
// not handle: where it stands and what it is. Stages return it (perhaps
// wrapped) so that callers can tell it from a mistake with errors.As.
type Unsupported struct {
	Func string // name of the function, "" outside functions
	Inst string // number and tag of the instruction ("%7: mul_add"), "" outside instructions
	What string // what is not handled
}

// NewUnsupported names an instruction of f and what about it is not handled.
func NewUnsupported(f *Func, inst Index, what string) *Unsupported {
	return &Unsupported{Func: f.Name, Inst: instPlace(f, inst), What: what}
}

// Error gives "func @f, %7: mul_add: f64 is not supported".
func (u *Unsupported) Error() string {
	s := ""
	if u.Func != "" {
		s = "func " + symbolText(u.Func)
		if u.Inst != "" {
			s += ", " + u.Inst
		}
		s += ": "
	}
	return s + u.What + " is not supported"
}

// Place names an instruction as errors do: "func @f, %7: add".
func (f *Func) Place(inst Index) string {
	return "func " + symbolText(f.Name) + ", " + instPlace(f, inst)
}

func instPlace(f *Func, inst Index) string {
	return "%" + utoa(uint64(inst)) + ": " + f.Insts[inst].Tag.String()
}
