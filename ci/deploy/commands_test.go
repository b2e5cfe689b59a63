package deploy

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rhysd/actionlint"
	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	"sigs.k8s.io/yaml"
)

// program is rvfuzz, built of the source around this module.
var program string

// token is that of the fleets and pages of these tests.
const token = "0123456789abcdef"

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "deploy")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(dir, "rvfuzz")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", program, "./cmd/rvfuzz") // links faster
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v\n%s", err, out))
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// few has a campaign end soon.
var few = []string{"--cases", "30", "--builtin-seeds=false", "--shard-cases", "10"}

// command returns rvfuzz with arguments in which some texts are replaced by others.
func command(ctx context.Context, args []string, replace ...string) *exec.Cmd {
	with := strings.NewReplacer(replace...)
	var list []string
	for _, a := range args {
		list = append(list, with.Replace(a))
	}
	cmd := exec.CommandContext(ctx, program, list...)
	cmd.Env = append(os.Environ(), "RVFUZZ_TOKEN="+token)
	return cmd
}

// checked runs a campaign and checks that it does its cases.
func checked(t *testing.T, cmd *exec.Cmd, dir string) {
	t.Helper()
	out, err := cmd.CombinedOutput()
	report, failed := exec.Command(program, "report", dir).CombinedOutput()
	if err != nil || failed != nil || !bytes.Contains(report, []byte(": 30 cases, 0 new buckets")) {
		t.Errorf("%q: %v, %v\n%s\n%s", cmd.Args, err, failed, out, report)
	}
}

// TestJob runs two shards as the job for Kubernetes does.
func TestJob(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	container := manifest(t, "kubernetes/job.yaml")[0].(*batch.Job).Spec.Template.Spec.Containers[0]
	for _, shard := range []string{"0", "1"} {
		args := append(slices.Clone(container.Args), few[:3]...)
		checked(t, command(t.Context(), args, "$(SHARD)", shard, "/work/", work+"/"), filepath.Join(work, shard))
	}
}

// address returns a port of this machine that is free.
func address(t *testing.T) (port string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ = net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	return port
}

// fleet runs a coordinator and a worker until the campaign ends.
func fleet(t *testing.T, coordinator, worker []string, dir string, replace ...string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	var told bytes.Buffer
	w := command(ctx, worker, replace...)
	w.Dir, w.Stdout, w.Stderr = t.TempDir(), &told, &told
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	checked(t, command(ctx, append(slices.Clone(coordinator), few...), replace...), dir)
	_ = w.Process.Kill() // it would stay
	_ = w.Wait()
	if !strings.Contains(told.String(), "working for campaign") {
		t.Errorf("%q:\n%s", w.Args, &told)
	}
}

// TestFleets runs the fleets for Kubernetes and compose.
func TestFleets(t *testing.T) {
	t.Run("kubernetes", func(t *testing.T) {
		t.Parallel()
		work, tls := t.TempDir(), certificate(t)
		var args [][]string
		for _, o := range manifest(t, "kubernetes/fleet.yaml") {
			if d, ok := o.(*apps.Deployment); ok {
				args = append(args, d.Spec.Template.Spec.Containers[0].Args)
			}
		}
		port := address(t)
		fleet(t, args[0], args[1], filepath.Join(work, "campaign"), "/work/", work+"/", "/tls/", tls+"/", "0.0.0.0:4222", "0.0.0.0:"+port,
			"rvfuzz-fleet:4222", "localhost:"+port, "0.0.0.0:7766", "0.0.0.0:0")
	})
	t.Run("compose", func(t *testing.T) {
		t.Parallel()
		work, services := t.TempDir(), composeProject(t).Services
		port := address(t)
		fleet(t, append([]string(services["coordinator"].Command), "--fleet-listen", "127.0.0.1:"+port), services["worker"].Command, filepath.Join(work, "campaign"),
			"/work/", work+"/", "127.0.0.1:4222", "127.0.0.1:"+port, "0.0.0.0:7766", "0.0.0.0:0")
	})
}

// certificate returns a folder with a certificate that signs itself, as the secret for Kubernetes has it.
func certificate(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "rvfuzz-fleet"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, DNSNames: []string{"rvfuzz-fleet", "localhost"}}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, block := range map[string]*pem.Block{"tls.crt": {Type: "CERTIFICATE", Bytes: raw}, "ca.crt": {Type: "CERTIFICATE", Bytes: raw},
		"tls.key": {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestUnits runs the commands of the units for systemd.
func TestUnits(t *testing.T) {
	t.Parallel()
	state, port := t.TempDir(), address(t)
	start := func(name string) []string {
		line := regexp.MustCompile(`(?m)^ExecStart=(.*)$`).FindStringSubmatch(units(t)[name])
		if line == nil {
			t.Fatalf("%s starts nothing", name)
		}
		return strings.Fields(line[1])[1:]
	}
	checked(t, command(t.Context(), append(start("rvfuzz.service"), few[:3]...), "${STATE_DIRECTORY}", state, ":9466", ":"+port), filepath.Join(state, "work"))
	dir := filepath.Join(state, "fleet")
	fleet(t, []string{"serve", "--fleet", "--fleet-listen", "127.0.0.1:" + port, dir}, start("rvfuzz-worker@.service"), dir,
		"${RVFUZZ_JOIN}", "nats://127.0.0.1:"+port, "${STATE_DIRECTORY}", filepath.Join(state, "1"))
}

// steps returns the commands of a job of a workflow that have names.
func steps(job *actionlint.Job) map[string]string {
	scripts := map[string]string{}
	for _, s := range job.Steps {
		if run, ok := s.Exec.(*actionlint.ExecRun); ok && s.Name != nil {
			scripts[s.Name.Value] = run.Run.Value
		}
	}
	return scripts
}

// shortRuns is the program, of which a campaign has few cases.
const shortRuns = `#!/bin/sh
[ "$1" != run ] || set -- "$@" --cases 30 --builtin-seeds=false
exec %q "$@"
`

// TestCampaignWorkflow runs the shards of the workflow and the job that merges them.
func TestCampaignWorkflow(t *testing.T) {
	t.Parallel()
	workflow, problems := actionlint.Parse(read(t, "../campaign.yml"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	dir := t.TempDir()
	script, err := filepath.Abs("../merge.sh")
	if err == nil {
		err = errors.Join(os.Mkdir(filepath.Join(dir, "bin"), 0o755), os.Mkdir(filepath.Join(dir, "ci"), 0o755), os.Symlink(script, filepath.Join(dir, "ci/merge.sh")),
			os.WriteFile(filepath.Join(dir, "bin/rvfuzz"), []byte(fmt.Sprintf(shortRuns, program)), 0o755))
	}
	if err != nil {
		t.Fatal(err)
	}
	shard, merge := steps(workflow.Jobs["shard"]), steps(workflow.Jobs["merge"])
	for _, number := range []string{"0", "1"} {
		if out, err := shell(dir, shard["campaign"], "DURATION=1h", "SEED=1", "SHARD="+number); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	if err := os.Rename(filepath.Join(dir, "work"), filepath.Join(dir, "shards")); err != nil { // what the artifacts do
		t.Fatal(err)
	}
	summary := filepath.Join(dir, "summary")
	if out, err := shell(dir, merge["merge"], "GITHUB_STEP_SUMMARY="+summary); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if text := string(read(t, summary)); !strings.Contains(text, "## rvfuzz: 2 of 2 shards\n") || !strings.Contains(text, "\n60 cases") {
		t.Errorf("the summary is\n%s", text)
	}
	for _, name := range []string{"0.html", "0.sarif", "0.junit.xml", "1.html"} {
		if _, err := os.Stat(filepath.Join(dir, "merged", name)); err != nil {
			t.Error(err)
		}
	}
}

// shell runs a step of a workflow as a forge does.
func shell(dir, script string, env ...string) ([]byte, error) {
	cmd := exec.Command("bash", "-e", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	return cmd.CombinedOutput()
}

// fuzzer stands for what OSS-Fuzz has on its path: it refuses what the script of that name would refuse, and notes the rest. It
// is told whether to compile.
const fuzzer = `#!/bin/bash -eu
dir=$SRC/rvfuzz/${1#github.com/rvfuzz/rvfuzz/}
[ "$(grep -rh --include='*.go' "func $2" "$dir" | grep -c testing.F)" -eq 1 ] || { echo "not one function $2 in $1"; exit 1; }
[ ! -e "$OUT/$3" ] || { echo "$3 is built twice"; exit 1; }
[ "$VET" = false ] || go vet -tags gofuzz "$1"
echo "$1 $2" >"$OUT/$3"
`

// TestBuildScript runs build.sh in place of OSS-Fuzz and checks that it builds every target once.
func TestBuildScript(t *testing.T) {
	t.Parallel()
	src, out, bin := t.TempDir(), t.TempDir(), t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(root, filepath.Join(src, "rvfuzz")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "compile_native_go_fuzzer_v2"), []byte(fuzzer), 0o755); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("bash", "-eu", "clusterfuzzlite/build.sh")
	build.Env = append(os.Environ(), "SRC="+src, "OUT="+out, fmt.Sprint("VET=", !testing.Short()), "PATH="+bin+":"+os.Getenv("PATH"))
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	built, err := filepath.Glob(filepath.Join(out, "*_Fuzz*"))
	if err != nil || len(built) < 19 {
		t.Errorf("built are %d targets: %q", len(built), built)
	}
	if _, err := os.Stat(filepath.Join(out, "fuzz_FuzzCodegen")); err != nil {
		t.Error(err)
	}
}

// TestProject checks the file of the project for OSS-Fuzz: its fields are those that OSS-Fuzz knows.
func TestProject(t *testing.T) {
	var p struct {
		Homepage, Language string
		MainRepo           string   `json:"main_repo"`
		FuzzingEngines     []string `json:"fuzzing_engines"`
		Sanitizers         []string `json:"sanitizers"`
	}
	if err := yaml.UnmarshalStrict(read(t, "clusterfuzzlite/project.yaml"), &p); err != nil {
		t.Fatal(err)
	}
	if p.Language != "go" || !slices.Equal(p.FuzzingEngines, []string{"libfuzzer"}) || !slices.Equal(p.Sanitizers, []string{"address"}) || p.MainRepo == "" {
		t.Errorf("%+v", p) // for Go there are no others
	}
}
