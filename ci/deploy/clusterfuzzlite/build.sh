#!/bin/bash -eu
# Builds every native fuzz target, as OSS-Fuzz and ClusterFuzzLite call it: compile_native_go_fuzzer_v2, which is theirs, takes a
# package, a function and the name of the program that it puts into $OUT. Names have the package, since functions of
# different packages are called alike.
cd "$SRC/rvfuzz"
module=$(go list -m)
sh ci/targets.sh | while read -r package target; do
	folder=${package#./}
	compile_native_go_fuzzer_v2 "$module/$folder" "$target" "$(echo "$folder" | tr / _)_$target" </dev/null
done
# Programs to start from, as far as a target takes one as text.
zip -q -j "$OUT/fuzz_FuzzAir_seed_corpus.zip" corpus/behavior/*.txtar
