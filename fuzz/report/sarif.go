package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
)

// rules describes the kinds of defect, the first part of a bucket's name.
var rules = map[string]string{
	"wrong-value":  "Generated code holds another value than the evaluator",
	"wrong-access": "Generated code accesses memory more widely than it is aligned",
	"broken-rule":  "Generated code or the code generator breaks a rule of its own",
	"wrong-code":   "A stage behind the code generator changes what the code does",
}

// writeSARIF writes one run with a result for each bucket, at the line of the code generator that emitted the first wrong
// instruction. Known issues are suppressed, those that are gone pass.
func writeSARIF(w io.Writer, r *Report) error {
	run := sarif.NewRunWithInformationURI("rvfuzz", "https://github.com/rvfuzz/rvfuzz")
	if r.Program != "" {
		run.Tool.Driver.WithVersion(r.Program)
	}
	for i := range r.Buckets {
		result, err := r.result(run, &r.Buckets[i])
		if err != nil {
			return err
		}
		run.AddResult(result)
	}
	for _, name := range r.Missing {
		result := sarif.NewRuleResult(rule(run, name)).WithKind("pass").WithLevel("none").WithBaselineState("absent").
			WithMessage(sarif.NewTextMessage(name + " is no longer found")).WithPartialFingerprints(map[string]string{fingerprint: name})
		run.AddResult(result)
	}
	invocation := sarif.NewInvocation().WithExecutionSuccessful(r.Summary.Trouble == "").WithEndTimeUtc(r.Updated.UTC().Format(time.RFC3339))
	for _, line := range r.Problems() {
		invocation.AddToolExecutionNotification(sarif.NewNotification().WithLevel("error").WithMessage(sarif.NewTextMessage(line)))
	}
	run.AddInvocation(invocation)
	log := sarif.NewReport()
	log.AddRun(run)
	return log.PrettyWrite(w)
}

// fingerprint names what results of different campaigns have in common: the name of the bucket.
const fingerprint = "bucket/v1"

// rule returns the rule of a bucket with a name, which it adds to the run.
func rule(run *sarif.Run, bucket string) string {
	defect, _, _ := strings.Cut(bucket, "/")
	text := rules[defect]
	if text == "" {
		text = "An oracle found a mismatch: " + defect
	}
	run.AddRule(defect).WithShortDescription(sarif.NewMultiformatMessageString().WithText(text))
	return defect
}

func (r *Report) result(run *sarif.Run, b *Bucket) (*sarif.Result, error) {
	x, err := r.Explained(b)
	if err != nil {
		return nil, err
	}
	text := fmt.Sprintf("%s: %d cases, %s", b.Name, b.Count, b.First())
	if x != nil && x.Detail != "" {
		first, _, _ := strings.Cut(x.Detail, "\n")
		text += ": " + first
	}
	result := sarif.NewRuleResult(rule(run, b.Name)).WithMessage(sarif.NewTextMessage(text)).WithLevel("error").WithKind("fail").
		WithPartialFingerprints(map[string]string{fingerprint: b.Name}).WithOccurrenceCount(int(max(b.Count, 1)))
	if at := lowering(x); at != nil {
		place := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(at.File).WithURIBaseID("%SRCROOT%")).
			WithRegion(sarif.NewRegion().WithStartLine(max(at.Line, 1))) // where only the function is known, which has a location of its own
		result.AddLocation(sarif.NewLocationWithPhysicalLocation(place).
			AddLogicalLocation(sarif.NewLogicalLocation().WithName(at.Func).WithKind("function")))
	}
	switch b.State {
	case campaign.Known:
		s := sarif.NewSuppression().WithKind("external").WithStatus("accepted")
		if b.Issue != "" {
			s.WithJustification(b.Issue + " until " + b.Expires)
		}
		result.AddSuppression(s)
	case campaign.Gone:
		result.WithKind("pass").WithLevel("none")
	}
	if r.Since != "" {
		result.WithBaselineState(baseline(b))
	}
	return result, nil
}

// baseline returns how a bucket stands to those of an older campaign.
func baseline(b *Bucket) string {
	switch {
	case b.State == campaign.Gone:
		return "absent"
	case b.Fresh:
		return "new"
	}
	return "unchanged"
}
