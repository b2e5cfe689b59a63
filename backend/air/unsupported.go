package air

// Unsupported is the error of a stage for something legal that it does not handle. Stages return it, perhaps wrapped,
// so that callers can distinguish it from a mistake with errors.As.
type Unsupported struct {
	Func string // name of the function, "" outside functions
	Inst string // number and tag of the instruction ("%7: mul_add"), "" outside instructions
	What string // what is not handled
}

// NewUnsupported returns the error for an instruction of f; what says what about it is not handled.
func NewUnsupported(f *Func, inst Index, what string) *Unsupported {
	return &Unsupported{Func: f.Name, Inst: instPlace(f, inst), What: what}
}

// Error returns "func @f, %7: mul_add: f64 is not supported".
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

// Place returns the name of an instruction as errors spell it: "func @f, %7: add".
func (f *Func) Place(inst Index) string {
	return "func " + symbolText(f.Name) + ", " + instPlace(f, inst)
}

func instPlace(f *Func, inst Index) string {
	return "%" + utoa(uint64(inst)) + ": " + f.Insts[inst].Tag.String()
}
