// Package diff checks one case: it takes a module, its runs and the options to compile it with, and finds out whether
// all oracles agree.
//
//	c := diff.NewChecker(diff.Config{})
//	v := c.Check(&diff.Case{Module: m, Runs: runs})
//	if v.Divergence != nil {
//		fmt.Println(v.Divergence.Signature) // value/result/shr.i7/arith.shr/register
//	}
//
// Check is a flat list of stages. The first that finds something ends it: with a Divergence when something of ours is
// wrong, or with a reason to discard the case when it shows nothing (illegal behaviour, something unsupported, too many
// steps). A panic in any stage is a broken rule of ours, and a Divergence.
//
// When outcomes differ, both executions are repeated in step, the evaluator's values beside what the location records
// of the generated code hold, and the signature names the first place where they differ.
package diff
