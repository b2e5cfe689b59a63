package lower

import (
	"github.com/rvfuzz/rvfuzz/backend/callframe"
	"github.com/rvfuzz/rvfuzz/isa"
)

// FrameRule is a rule that holds from the item at the position Before on.
type FrameRule struct {
	Before int
	callframe.Rule
}

// rule appends a rule that holds from here on.
func (l *lowerer) rule(r callframe.Rule) {
	l.rules = append(l.rules, FrameRule{len(l.items), r})
}

// frameIs appends the rule where CFA is.
func (l *lowerer) frameIs(reg isa.Reg, disp int64) {
	l.rule(callframe.Rule{Kind: callframe.FrameIs, Reg: reg, Disp: disp})
}

// left ends the code after an epilogue: what follows it has the frame again.
func (l *lowerer) left() {
	if l.undone {
		l.rule(callframe.Rule{Kind: callframe.Recall})
		l.undone = false
	}
}
