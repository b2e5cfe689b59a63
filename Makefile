# rvfuzz: the two commands of the README are `make campaign` and `make test`.

GO       ?= go
DURATION ?= 60s
SEED     ?= 1
WORKDIR  ?= work

.PHONY: all build test zig race check campaign fuzz tools programs tools-newest versus-qemu csmith planted-oracles mutants exhaust bench speed throughput machine-speed quality compilers dated beside-csmith kills fleet release-check release-archives coverage clean all-words page

all: build

# build puts the command into bin/rvfuzz, with its commit for `rvfuzz version`.
build:
	$(GO) build -buildvcs=auto -o bin/rvfuzz ./cmd/rvfuzz

# campaign is the main job: a campaign of $(DURATION) from seed $(SEED). It starts from every tag at every width, from the
# behaviour tests, and from Zig's own tests where their dumps are present.
SEEDS ?= corpus/behavior $(wildcard ../shared/data/zig-air/debug)
campaign: build
	bin/rvfuzz run --resume --duration $(DURATION) --seed $(SEED) --workdir $(WORKDIR) $(SEEDS:%=--seeds %)

# check checks the source: formatting, vet, staticcheck, dead code and unused parameters.
check:
	GO="$(GO)" sh ci/check.sh

# test runs every ordinary test, the corpus and, where their dumps are present, Zig's own suites but for what takes minutes.
test: build check
	$(GO) test -timeout 20m ./...
	bin/rvfuzz test --reasons corpus
	STEPS=50000000 sh ci/zig.sh

# zig runs Zig's own suites to their end.
zig: build
	sh ci/zig.sh

# race runs the tests again under the race detector, which is several times slower: the walks over instruction words then
# leave some out.
race:
	$(GO) test -race -timeout 40m ./...

# fuzz runs every native fuzz target for $(FUZZTIME).
FUZZTIME ?= 10s
fuzz:
	GO="$(GO)" FUZZTIME="$(FUZZTIME)" sh ci/fuzz.sh

# tools installs the third-party tools that tests use when present.
tools:
	sh ci/tools.sh

# programs builds static programs that are not ours (Lua, SQLite, QuickJS; busybox), which tests run like qemu.
programs:
	sh ci/programs.sh

# tools-newest builds a folder with the newest compilers, assemblers, disassemblers and emulators beside them.
tools-newest:
	sh ci/tools-newest.sh

# versus-qemu compares the reference machine with qemu for $(DURATION).
versus-qemu: build
	bin/rvfuzz isa versus-qemu --duration $(DURATION) --seed $(SEED) --counts

# csmith compares 50 random C programs, by gcc and clang at four levels, with qemu.
csmith:
	$(GO) test -count=1 -timeout 2h -v -run '^TestCsmith$$' ./oracle/linux -csmith 50

# planted-oracles requires the tests of the oracles to catch every planted defect.
planted-oracles: build
	bin/rvfuzz mutants eval rv64

# mutants plants every defect and requires campaigns to find it and make it small.
mutants: build
	bin/rvfuzz mutants --time 20s --seeds 1

# exhaust compares slice $(SHARD) of all 32-bit words with a third-party decoder.
SHARD ?= 0/16
exhaust: build
	bin/rvfuzz isa exhaust --resume --shard $(SHARD)

# all-words compares the decoder with the reference machine's on all 2^32 words.
all-words: build
	bin/rvfuzz isa exhaust --resume --oracle oracle/rv64 --jobs 2

# bench measures encoder, decoder, compiler, interpreters and whole cases beside peers.
bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

# speed compares how fast cases are made and checked with commit $(BASE), on the same cases with equal verdicts.
BASE ?= 9c8bba4
speed:
	GO="$(GO)" BASE="$(BASE)" SEED="$(SEED)" sh ci/speed.sh

# coverage prints the statement coverage of backend/codegen and backend/legalize by $(CASES) generated cases without seeds.
CASES ?= 20000
coverage:
	GO="$(GO)" CASES="$(CASES)" SEED="$(SEED)" sh ci/coverage.sh

# page makes pictures of every page of `rvfuzz serve`, light, dark and on a phone, in $(SCREENS), and measures pages of a
# campaign with 10,000 buckets. WORKDIR=FOLDER in the environment shows that campaign.
SCREENS ?= screens
page:
	$(GO) test -count=1 -v -run 'Browser|JavaScript|Large|Screens' ./fuzz/page -buckets 10000 -screens $(abspath $(SCREENS))

# quality prints instructions executed and bytes of eight kernels, ours beside those of gcc and clang.
quality:
	$(GO) run ./ci/quality

# throughput compares how fast AIR is compiled, and machine-speed how fast the reference machine is, with commit $(BASE).
throughput:
	GO="$(GO)" BASE="$(BASE)" sh ci/throughput.sh
machine-speed:
	GO="$(GO)" BASE="$(BASE)" sh ci/machine-speed.sh

# compilers assembles what gcc and clang make of $(PROGRAMS) C programs in every configuration, and runs it.
PROGRAMS ?= 30
compilers:
	$(GO) test -count=1 -timeout 3h -v -run '^TestCPrograms$$' ./isa/asm -programs $(PROGRAMS)

# dated prints how long campaigns take to find defects of LLVM 19.1.7 that others reported.
dated: build
	bin/rvfuzz try bench

# beside-csmith compares how many programs are checked per second of processor time with csmith, gcc, clang and qemu.
beside-csmith:
	$(GO) test ./fuzz/subject -run '^$$' -bench BesideCsmith -benchtime 20x -timeout 60m

# kills kills a campaign $(KILLS) times at random moments and requires the counts of one that nobody killed.
KILLS ?= 1000
kills:
	$(GO) test -count=1 -timeout 2h -v -run '^TestPlanted$$/^kills$$' ./cmd/rvfuzz -kills $(KILLS)

# fleet kills, pauses and cuts off 200 workers at random, of which nothing may be lost, and has a fleet of two workers find ten
# planted defects.
fleet:
	$(GO) test -count=1 -timeout 10m -v -run TestFailures ./fuzz/fleet -workers 200 -units 4000 -failures 30s
	$(GO) test -count=1 -timeout 30m -v -run TestFleetDefects ./cmd/rvfuzz -fleet-defects

# release-check builds for every platform, installs the module as users do, and builds the image where buildah is installed.
release-check:
	$(GO) test -count=1 -timeout 60m -v -run 'Install|Platforms|Deploy' ./ci -release

# release-archives makes the archives of a release, with man pages and checksums, in dist, and checks them. It publishes nothing.
GORELEASER ?= $(GO) run github.com/goreleaser/goreleaser/v2@v2.16.0
release-archives:
	$(GORELEASER) release --snapshot --clean --parallelism 2
	$(GO) test -count=1 -v -run Archives ./ci -archives $(abspath dist)

clean:
	rm -rf bin
