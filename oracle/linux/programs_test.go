package linux

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// The same seed gives the same interleaving, another seed another one, and a program without races the same output in
// all.
func TestSeeds(t *testing.T) {
	program := compile(t, "threads.c", "-O1", "-w", "-pthread")
	var steps []uint64
	var outputs []string
	for _, seed := range []uint64{1, 1, 2, 3} {
		got, result := belowRoot(t, program, "", "", Config{Seed: seed, Quantum: 400})
		if got.status != 7 {
			t.Fatalf("seed %d: %+v: %s", seed, result, got.errors)
		}
		steps, outputs = append(steps, result.Steps), append(outputs, got.output)
	}
	if steps[0] != steps[1] || steps[1] == steps[2] && steps[2] == steps[3] {
		t.Errorf("the seeds 1, 1, 2 and 3 take %d steps", steps)
	}
	for i, output := range outputs {
		if output != outputs[0] {
			t.Errorf("run %d: %s", i, differing(output, outputs[0]))
		}
	}
}

const wantExecve = `again executed in here, /self, files 10, a handler: 0, ignored: 1
11
again from a thread in there, /self, files 10, a handler: 0, ignored: 1
11
again executed in place, /self, files 10, a handler: 0, ignored: 1
11
/self one argument /script executed in script, /self, files 10, a handler: 0, ignored: 1
11
no execve: Permission denied
1
no execve: No such file or directory
1
no execve: Exec format error
1
again spawned in spawn, /self, files 10, a handler: 0, ignored: 1
0 11
No such file or directory
popen: no shell
again spawned in spawn, /self, files 10, a handler: 0, ignored: 1
`

// Programs execute others below the root. The emulator cannot: it hands execve to the host.
func TestExecve(t *testing.T) {
	program := compile(t, "execve.c", "-O1", "-w", "-pthread")
	for _, checks := range []rv64.Checks{0, rv64.CheckAll} {
		root := t.TempDir()
		file, err := os.ReadFile(program)
		if err == nil {
			err = os.WriteFile(filepath.Join(root, "self"), file, 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
		got, result := belowRoot(t, program, root, "", Config{Args: []string{"self"}, Checks: checks})
		if got.status != 11 || got.output != wantExecve {
			t.Errorf("checks %b: %+v: %s", checks, result, differing(got.output, wantExecve))
		}
	}
}

// Handlers of signals may use the vector unit. The emulator's release of Debian 12 does not save it.
func TestVectorSignal(t *testing.T) {
	program := compile(t, "vectorsignal.c", "-O1", "-march=rv64gcv")
	for _, vlen := range []uint64{128, 1024} {
		const want = "found 1, v3 11 11, vl 4, vxrm 1\n"
		if got, result := belowRoot(t, program, "", "", Config{VLEN: vlen, Checks: rv64.CheckAll}); got.output != want {
			t.Errorf("%+v: %s", result, got.output)
		}
	}
}

// A stack is executable only where the file asks for it.
func TestExecutableStack(t *testing.T) {
	program := compile(t, "nested.c", "-O0", "-w", "-Wl,-z,noexecstack")
	if got, result := belowRoot(t, program, "", "", Config{}); got.status != 128+signalSegment || result.Reason != "fetch-access" {
		t.Errorf("%+v: %s", result, got.output)
	}
}

// shellScript uses what a shell needs of Linux: processes, pipes, files and signals.
const shellScript = `
cd /tmp
echo one | cat | tr a-z A-Z
for i in 3 1 2; do echo $i; done | sort | while read x; do echo "<$x>"; done
(exit 3) || echo "status $?"
x=$(seq 1 100 | grep 7 | wc -l); echo $((x))
sleep 5 & wait $!; echo "waited $?"
trap 'echo trapped' USR1; kill -USR1 $$; echo after
sh -c 'kill -TERM $$'; echo "killed $?"
cat > file <<END
a
b
END
wc -l < file; rm file; ls
yes | head -n 3
mkdir -p d/e && touch d/e/f && find d | sort && rm -r d
{ echo out; echo err >&2; } 2>&1 | sort
seq 1 3000 | sort -rn | head -n 1
echo text > /dev/null; cat /dev/null
f() { local n=$1; [ $n -le 1 ] && echo 1 && return; echo $(( n * $(f $((n - 1))) )); }; f 8
sh -c 'while :; do :; done' & kill -9 $!; wait $! ; echo "ended $?"
umask 077; touch secret; stat -c %a secret; rm secret
exec 3> kept; echo kept >&3; exec 3>&-; cat kept; rm kept
printf 'b 2\na 1\n' | awk '{ print $2, $1 }' | sort
env -i A=b sh -c 'echo $A'
timeout 1 sleep 100; echo "timeout $?"
exit 4
`

const wantShell = `ONE
<1>
<2>
<3>
status 3
19
waited 0
trapped
after
killed 143
2
y
y
y
d
d/e
d/e/f
err
out
3000
40320
ended 137
600
kept
1 a
2 b
b
timeout 143
`

// busybox's shell runs its applets as processes of their own. The emulator cannot execute programs.
func TestShell(t *testing.T) {
	program := tools.NeedProgram(t, "busybox")
	file, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	for _, folder := range []string{"bin", "tmp"} {
		if err := os.Mkdir(filepath.Join(root, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "bin/busybox"), file, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, applet := range strings.Fields("sh cat tr sort seq grep wc sleep ls yes head mkdir touch find rm stat awk env timeout") {
		if err := os.Symlink("/bin/busybox", filepath.Join(root, "bin", applet)); err != nil {
			t.Fatal(err)
		}
	}
	config := Config{Args: []string{"sh", "-c", shellScript}, Env: []string{"PATH=/bin"}, Seed: 1, Quantum: 2000}
	if got, result := belowRoot(t, program, root, "", config); got.status != 4 || got.output != wantShell {
		t.Errorf("%+v: %s%s", result, differing(got.output, wantShell), got.errors)
	}
}

// A program that forks, maps, creates and writes without end meets the limits, and the run ends soon.
func TestBombs(t *testing.T) {
	program := compile(t, "bombs.c", "-O1", "-w", "-pthread")
	for kind, want := range map[string]string{
		"fork": "fork: Resource temporarily unavailable\n", "thread": "pthread_create: Resource temporarily unavailable\n",
		"map": "mmap: Cannot allocate memory\n", "file": "write: No space left on device\n", "names": "open: No space left on device\n",
		"forks": "fork: Cannot allocate memory\n",
	} {
		got, result := belowRoot(t, program, t.TempDir(), "", Config{Args: []string{"bombs", kind}, MemoryLimit: 512 << 20, FileQuota: 16 << 20})
		if got.status != 0 || got.output != want {
			t.Errorf("%s: %+v: %q, want %q", kind, result, got.output, want)
		}
	}
	got, result := belowRoot(t, program, t.TempDir(), "", Config{Args: []string{"bombs", "touch"}, MemoryLimit: 64 << 20})
	if result.Ending != oracle.Unsupported || !strings.Contains(result.Reason, "more memory than the limit of 67108864 bytes") {
		t.Errorf("touch: %+v, %q", result, got.output)
	}
}

// goProgram returns a program of testdata that Go's own compiler makes for riscv64.
func goProgram(t *testing.T, source string) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip(err)
	}
	out := filepath.Join(t.TempDir(), "program")
	command := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", out, filepath.Join("testdata", source))
	command.Env = append(os.Environ(), "GOOS=linux", "GOARCH=riscv64", "CGO_ENABLED=0", "GOFLAGS=")
	if text, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return out
}

// A Go program has goroutines on several threads, preemption by signals, a collector, timers, sockets, and recovers from faults.
func TestGo(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles Go's standard library for riscv64")
	}
	for _, source := range []string{"goroutines.go", "network.go"} {
		program := goProgram(t, source)
		want := underEmulator(t, program)
		for seed := range uint64(2) {
			config := Config{Args: []string{"program", "one", "two"}, Seed: seed, Quantum: 100 + 5000*seed}
			root := t.TempDir()
			if err := os.Mkdir(filepath.Join(root, "tmp"), 0o777); err != nil {
				t.Fatal(err)
			}
			if got, result := belowRoot(t, program, root, guestInput, config); got != want {
				t.Errorf("%s, seed %d: %+v%s%s", source, seed, result, differing(got.output, want.output), differing(got.errors, want.errors))
			}
		}
	}
}

// interpreted are programs for the interpreters that ci/programs.sh makes.
var interpreted = []struct {
	name   string
	args   []string
	script string
	input  string
}{
	{"lua", []string{"/script"}, `
local t = {}
for i = 1, 4000 do t[i] = (i * 7919) % 10007 end
table.sort(t)
print(#t, t[1], t[2000], math.pi, 7 // 2, 2^53, "a" .. 1)
print(pcall(function() error({code = 1}) end) == false, (select(2, pcall(error, {3})))[1])
local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
print(co(), co(), co(), select("#", table.unpack(t, 1, 100)))
print(string.format("%5.2f|%q|%x", 1 / 3, "line\n", 255), ("x"):rep(3), ("hello"):gsub("l", "L"))
collectgarbage()
for w in string.gmatch("one two", "%a+") do io.write(w, "\n") end
print(io.read("l"), os.getenv("HOME"), #arg)
os.exit(4)
`, guestInput},
	{"quickjs", []string{"/script"}, `
let sum = 0;
for (let i = 0; i < 10000; i++) sum += i % 7;
print(sum, [3, 1, 2].sort().map(x => x * 2), JSON.stringify({a: [1, {b: null}]}), 2n ** 100n);
print("abc".replace(/b(.)/g, "<$1>"), new Date(0).toISOString(), Math.sin(1), 0.1 + 0.2);
try { null.x } catch (e) { print(e) }
(async () => { await null; print("later"); })();
class A { #x = 1; get x() { return this.#x; } }
print(new A().x, [...new Set([1, 1, 2])], new Map([[1, 2]]).get(1));
function* g() { yield 1; yield* [2, 3]; }
print([...g()], typeof Symbol.iterator, parseFloat("1e400"));
`, ""},
	{"sqlite3", []string{"-batch", "/database"}, "", `
create table t(a integer primary key, b text, c real);
with recursive n(x) as (select 1 union all select x + 1 from n where x < 500) insert into t select x, 'row ' || x, x / 3.0 from n;
create index i on t(b);
begin; update t set c = c * 2 where a % 2; delete from t where a % 3 = 0; commit;
select count(*), sum(a), round(avg(c), 6), max(b) from t;
.mode column
select a, b, c from t where b like 'row 19_' order by c desc limit 5;
select json_group_array(a) from (select a from t limit 5);
pragma integrity_check;
select * from missing;
`},
}

// Interpreters and a database do the same as under the emulator, without a broken rule.
func TestInterpreters(t *testing.T) {
	qemu := tools.Need(t, tools.QEMU)
	for _, p := range interpreted {
		t.Run(p.name, func(t *testing.T) {
			program := tools.NeedProgram(t, p.name)
			prepare := func() (root string, args []string) {
				root = t.TempDir()
				if err := os.WriteFile(filepath.Join(root, "script"), []byte(p.script), 0o600); err != nil {
					t.Fatal(err)
				}
				return root, append([]string{p.name}, p.args...)
			}
			var args []string
			qemu.Dir, args = prepare()
			for i := range args {
				args[i] = strings.TrimPrefix(args[i], "/")
			}
			want, _ := qemu.Run(t.Context(), p.input, append([]string{"-U", "HOME", "-0", p.name, program}, args[1:]...)...)
			for _, checks := range []rv64.Checks{0, rv64.CheckAll} {
				root, args := prepare()
				got, result := belowRoot(t, program, root, p.input, Config{Args: args, Checks: checks})
				if got.output != want.Stdout || got.status != want.Status {
					t.Errorf("checks %b: %+v: status %d, want %d%s", checks, result, got.status, want.Status, differing(got.output, want.Stdout))
				}
			}
		})
	}
}

// Data races are reported with both places, whatever the interleaving; programs that synchronise are not.
func TestRaces(t *testing.T) {
	program := compile(t, "race.c", "-O1", "-pthread")
	for _, kind := range []string{"locked", "barrier", "publish", "counted", "bytes", "pipe", "signal"} {
		for seed := range uint64(2) {
			got, result := belowRoot(t, program, "", "", Config{Args: []string{"race", kind}, Checks: rv64.CheckAll, Seed: seed})
			if got.status != 0 || !strings.HasPrefix(got.output, kind) {
				t.Errorf("%s, seed %d: %+v", kind, seed, result)
			}
		}
	}
	for kind, functions := range map[string][]string{
		"race": {"unlocked", "unlocked"}, "half": {"locked", "half_locked"}, "early": {"publish_early", "publish_early"},
	} {
		for seed := range uint64(2) {
			_, result := belowRoot(t, program, "", "", Config{Args: []string{"race", kind}, Checks: rv64.CheckAll, Seed: seed})
			isFound := result.Ending == oracle.Broken && result.Reason == "data-race" && strings.Contains(result.Place, "races with a")
			for _, f := range functions {
				isFound = isFound && strings.Contains(result.Place, "in "+f+"+")
			}
			if !isFound || strings.Count(result.Place, "pc 0x") != 2 || strings.Count(result.Place, "by thread") != 2 {
				t.Errorf("%s, seed %d: %+v", kind, seed, result)
			}
		}
	}
	// Without the check nothing is said of them.
	got, result := belowRoot(t, program, "", "", Config{Args: []string{"race", "race"}, Checks: rv64.CheckAll &^ rv64.CheckRaces})
	if got.output != "race 200 0\n" {
		t.Errorf("%+v: %s", result, got.output)
	}
}
