// Package fuzz holds the native fuzz targets and the properties of the whole
// chain, from choices to verdict:
//
//	go test -fuzz=FuzzCodegen -fuzzminimizetime=10x ./fuzz
//
// (Left to itself the fuzzing engine spends a minute on making each interesting
// input smaller, which for inputs of a kilobyte is nearly all of its time.)
// FuzzCodegen reads its input as choices, makes a case of them and holds every
// oracle against the code; what it fails on is explained, and a smaller input is a smaller
// program. The parts are in the folders below: source (choices), gen (programs), diff
// (the comparison of one case), minimize (findings), replay (entries), campaign (the
// hunt), mutants (planted defects).
package fuzz
