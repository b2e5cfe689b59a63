# What scripts begin with that compare this tree with commit BASE; they read it from the folder of go.mod. It sets go, base,
# rounds and room, a folder for what is built and measured (KEEP, or one that goes away), with BASE's files in room/tree.
go=${GO:-go}
base=${BASE:-9c8bba4}
rounds=${ROUNDS:-5}
room=${KEEP:-$(mktemp -d)}
mkdir -p "$room"
cleanup() {
	git worktree remove --force "$room/tree" 2>/dev/null || true
	[ -n "${KEEP:-}" ] || rm -rf "$room"
}
trap cleanup EXIT
git worktree add -q --force --detach "$room/tree" "$base"

# build_rvfuzz builds rvfuzz of both trees: room/head-rvfuzz and room/base-rvfuzz.
build_rvfuzz() {
	"$go" build -o "$room/head-rvfuzz" ./cmd/rvfuzz
	(cd "$room/tree" && "$go" build -o "$room/base-rvfuzz" ./cmd/rvfuzz)
}

# build_both NAME FLAG... builds ci/NAME, whose main.go BASE gets too, of both trees, room/head and room/base, and rvfuzz.
# The flags are of this tree's ci/NAME alone.
build_both() {
	name=$1
	shift
	mkdir -p "$room/tree/ci/$name"
	cp "ci/$name/main.go" "$room/tree/ci/$name/"
	"$go" build "$@" -o "$room/head" "./ci/$name"
	(cd "$room/tree" && "$go" build -o "$room/base" "./ci/$name")
	build_rvfuzz
}
