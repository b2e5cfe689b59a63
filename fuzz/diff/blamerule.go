package diff

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/backend/runtime"
)

// frame matches a call of the code generator in the text of a stack.
var frame = regexp.MustCompile(`(?m)^\S*/backend/(\w+)\.(?:\(\*?\w+\)\.)?(\w+)\(.*\)\n\t\S*/(backend/\w+/\w+\.go):(\d+)`)

// placeText matches a place as the code generator writes it into the message of a broken rule.
var placeText = regexp.MustCompile(`(\w+) \((backend/[\w/]+\.go):(\d+)\)`)

// blameAudit blames the calls that lead to a broken rule that is only checked with Options.Audit.
func blameAudit(c *Case, culprit *Culprit) bool {
	text, broken := audit(c)
	if broken {
		blameRule(text, culprit)
	}
	return broken
}

// ofLibrary matches the message of a panic that the runtime library does not compile.
var ofLibrary = regexp.MustCompile(`^.*(func @` + regexp.QuoteMeta(runtime.Prefix) + `|the runtime library compiles)`)

// audit compiles a case with Options.Audit, and what it has of the runtime library, and returns the text of the panic if
// a rule is broken.
func audit(c *Case) (text string, broken bool) {
	o := c.options()
	o.Audit = true
	defer func() {
		if rule := recover(); rule != nil {
			text, broken = panicText(rule), true
			if more, again := auditLibrary(inLibrary); again && ofLibrary.MatchString(text) { // which is compiled without Audit
				text = more
			}
		}
	}()
	image, err := backend.Compile(c.Module, o)
	if err != nil {
		return "", false
	}
	called := map[string]bool{}
	for i := range image.Symbols {
		called[image.Symbols[i].Name] = inLibrary(image.Symbols[i].Name)
	}
	return auditLibrary(func(name string) bool { return called[name] })
}

// blamePanic blames the calls that led to a broken rule, or those that the message names.
func (k *Checker) blamePanic(c *Case, d *Divergence, culprit *Culprit) {
	text, broken := audit(c)
	if !broken {
		text = d.Detail
	}
	if !blameMIR(c, text, culprit) {
		blameRule(text, culprit)
	}
}

// invalid matches the message of a panic about an instruction of MIR.
var invalid = regexp.MustCompile(`func @(\S+): mir.Verify holds: .*: instruction (\d+) `)

// blameMIR blames the calls that emitted an instruction that mir.Verify does not accept.
func blameMIR(c *Case, text string, culprit *Culprit) bool {
	message, _, _ := strings.Cut(text, "\n")
	m := invalid.FindStringSubmatch(message)
	if m == nil {
		return false
	}
	module, o := c.Module, c.options()
	if inLibrary(m[1]) {
		module, o = runtime.Module(), backend.Options{}
	}
	f := module.Func(m[1])
	o.Verify, o.Origins = false, true
	stages, _ := backend.CompileFunc(module, f, o)
	n, _ := strconv.Atoi(m[2])
	if stages == nil || n >= len(stages.MIR.Insts) {
		return false
	}
	p := point{&tracedFunc{mir: stages.MIR, origins: make([]link.Origin, len(stages.MIR.Insts))}, n}
	p.f.origins[n].Calls = NewCensus().calls(stages.MIR.Origins[n].Calls)
	width := ""
	if r := p.record(); r != nil {
		width = widthOf(f, air.Index(r.Inst))
	}
	p.blame(width, culprit)
	culprit.Kind, culprit.Text = "wrong-value", message
	return true
}

func blameRule(text string, culprit *Culprit) {
	culprit.Clues = nil
	message, _, _ := strings.Cut(text, "\n")
	culprit.Kind, culprit.Text, culprit.Site = "broken-rule", message, ruleOf(message)
	culprit.Places = nil
	for _, m := range placeText.FindAllStringSubmatch(message, -1) {
		if m[1] == "dieOperand" {
			culprit.Places = nil // as every operand does that is not needed any more
			break
		}
		culprit.addPlace(m[1], m[2], m[3])
	}
	if len(culprit.Places) == 0 {
		for _, m := range frame.FindAllStringSubmatch(text, -1) {
			if m[2] == "genInst" {
				break
			}
			culprit.addPlace(m[2], m[3], m[4])
		}
	}
	if len(culprit.Places) > 0 {
		p := &culprit.Places[0]
		culprit.Clues = map[string]int{fmt.Sprintf("a rule at %s:%d", p.File, p.Line): 1}
		if strings.Contains(message, " in "+p.Func+" (") {
			culprit.Clues = map[string]int{fmt.Sprintf("death at %s:%d", p.File, p.Line): 1}
		}
	}
}

// addPlace adds a call, unless it is one through which many others go.
func (c *Culprit) addPlace(function, file, line string) {
	switch function {
	case "broken", "mustHold", "die", "resolve", "birth", "finish", "finishResult", "use", "useValue", "claimSlot", "compile":
		return
	}
	if strings.HasPrefix(function, "check") {
		return
	}
	n, _ := strconv.Atoi(line)
	c.Places = append(c.Places, link.CodeCall{Func: function, File: file, Line: n})
}

// ruleOf returns the rule that the message of a panic names, without what depends on the case.
func ruleOf(message string) string {
	if placeText.MatchString(message) {
		message, _, _ = strings.Cut(message, placeText.FindString(message))
	}
	message, _, _ = strings.Cut(message, " (")
	parts := strings.SplitN(message, ": ", 5)
	rule := parts[len(parts)-1]
	rule = strings.Join(strings.Fields(numberText.ReplaceAllString(rule, " ")), "-")
	return rule[:min(len(rule), 60)]
}

var numberText = regexp.MustCompile(`[^a-z ]+[a-z0-9]*|\b[a-z]+[0-9]+\b`)
