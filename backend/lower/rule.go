package lower

import "github.com/rvfuzz/rvfuzz/isa"

// RuleKind is what a FrameRule states.
type RuleKind uint8

// The kinds of FrameRule, those of DWARF's call frame instructions.
const (
	FrameIs       RuleKind = iota // the caller's sp, the address CFA, is Reg + Disp
	SavedAt                       // the caller's value of Reg is in memory at CFA + Disp
	Restored                      // the caller's value of Reg is in Reg
	RememberRules                 // keep the rules in force
	RecallRules                   // the rules are those that were kept last
)

// FrameRule states from the item at the position Before on where the caller's registers are. At the start of a function
// CFA is sp, and all registers hold the caller's values.
type FrameRule struct {
	Before int
	Kind   RuleKind
	Reg    isa.Reg
	Disp   int64
}

// rule appends a rule that holds from here on.
func (l *lowerer) rule(r FrameRule) {
	r.Before = len(l.items)
	l.rules = append(l.rules, r)
}

// frameIs appends the rule where CFA is.
func (l *lowerer) frameIs(reg isa.Reg, disp int64) {
	l.rule(FrameRule{Kind: FrameIs, Reg: reg, Disp: disp})
}

// left ends the code after an epilogue: what follows it has the frame again.
func (l *lowerer) left() {
	if l.undone {
		l.rule(FrameRule{Kind: RecallRules})
		l.undone = false
	}
}
