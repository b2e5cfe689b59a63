// Package fuzz holds the native fuzz targets and the properties of the whole chain, from choices to verdict:
//
//	go test -fuzz=FuzzCodegen -fuzzminimizetime=1x ./fuzz
//
// (Without the limit the fuzzing engine spends a minute on making each interesting input smaller, which for inputs of a
// kilobyte is nearly all of its time.) FuzzCodegen reads its input as choices, makes a case of them and checks it by
// all oracles; what fails is explained, and a smaller input is a smaller program. FuzzCompile only compiles the case, under
// all checks; FuzzExecute has the engine choose the arguments too; FuzzAir reads a corpus entry, and FuzzMir the text of
// MIR. ReadInput and Entry turn such inputs into corpus entries. The parts are in the folders below:
// source (choices), gen (programs), diff (the check of one case), minimize (smaller cases), replay (corpus entries and
// suites), campaign (many cases), words (instruction words), machine (the reference machine), mutants (planted
// defects).
package fuzz
