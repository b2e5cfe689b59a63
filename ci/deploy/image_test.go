package deploy

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// builder runs buildah on images in a folder of its own. Nothing is fetched: the images on which ours are based are empty ones
// here, and what a build runs is this machine's, mounted where an image has it.
type builder struct {
	t      *testing.T
	global []string
	mounts []string
}

// newBuilder returns a builder, and skips the test where buildah is missing or may not run anything.
func newBuilder(t *testing.T) *builder {
	t.Helper()
	if _, err := exec.LookPath("buildah"); err != nil {
		t.Skip("buildah is not installed")
	}
	dir := t.TempDir()
	b := &builder{t: t, global: []string{"--root", filepath.Join(dir, "images"), "--runroot", filepath.Join(dir, "run"), "--storage-driver", "vfs"}}
	for _, folder := range []string{"/usr", "/bin", "/lib", "/lib64", "/etc"} {
		if _, err := os.Stat(folder); err == nil {
			b.mounts = append(b.mounts, "-v", folder+":"+folder+":ro")
		}
	}
	container := b.must("from", "scratch")
	if out, err := b.run(append(append([]string{"run"}, b.mounts...), container, "--", "/bin/true")...); err != nil {
		t.Skipf("buildah may not run programs here: %v\n%s", err, out)
	}
	return b
}

func (b *builder) run(args ...string) (string, error) {
	cmd := exec.Command("buildah", append(append([]string{}, b.global...), args...)...)
	cmd.Env = append(os.Environ(), "BUILDAH_ISOLATION=chroot")
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		out = append(out, complaint.Bytes()...)
	}
	return strings.TrimSpace(string(out)), err
}

func (b *builder) must(args ...string) string {
	b.t.Helper()
	out, err := b.run(args...)
	if err != nil {
		b.t.Fatalf("buildah %q: %v\n%s", args, err, out)
	}
	return out
}

// base makes an image with some files and variables, and nothing else.
func (b *builder) base(name string, files map[string]string, config ...string) {
	b.t.Helper()
	container, dir := b.must("from", "scratch"), b.t.TempDir()
	for path, text := range files {
		path = filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			b.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
	b.must("copy", container, dir, "/")
	b.must(append(append([]string{"config"}, config...), container)...)
	b.must("commit", container, name)
	b.must("rm", container)
}

// golang returns a variable of the go command.
func golang(t *testing.T, variable string) string {
	t.Helper()
	out, err := exec.Command("go", "env", variable).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// TestImage builds the image of the Dockerfile, and runs a campaign in it, without root and with nothing but what the image has.
func TestImage(t *testing.T) {
	if testing.Short() {
		t.Skip("make release-check builds the image")
	}
	b := newBuilder(t)
	b.base("docker.io/library/golang:1.26-bookworm", nil, "--env", "PATH="+golang(t, "GOROOT")+"/bin:/usr/bin:/bin")
	b.base("gcr.io/distroless/static-debian12:nonroot", map[string]string{"tmp/.keep": "", "etc/passwd": "nonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n"},
		"--env", "PATH=/usr/local/bin:/usr/bin:/bin", "--user", "65532")
	args := append([]string{"build", "--pull-never", "-v", t.TempDir() + ":/tmp", "-v", golang(t, "GOMODCACHE") + ":/go/pkg/mod", "-v", golang(t, "GOCACHE") + ":/cache",
		"--env", "GOCACHE=/cache", "--env", "GOPATH=/go", "--env", "GOPROXY=off", "-f", "ci/deploy/Dockerfile", "-t", "rvfuzz"}, b.mounts...)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	b.must(append(args, root)...)
	if got := b.must("inspect", "--type", "image", "--format", "{{.OCIv1.Config.User}} {{.OCIv1.Config.Entrypoint}} {{.OCIv1.Config.Cmd}} {{.OCIv1.Config.WorkingDir}}", "rvfuzz"); got != "65532:65532 [/usr/local/bin/rvfuzz] [help] /work" {
		t.Errorf("the image is %s", got)
	}
	container := b.must("from", "--pull-never", "rvfuzz")
	b.must(append([]string{"run", container, "--", "/usr/local/bin/rvfuzz", "run", "--jobs", "1", "--workdir", "/work/1"}, few[:3]...)...)
	if report := b.must("run", container, "--", "/usr/local/bin/rvfuzz", "report", "1"); !strings.Contains(report, ": 30 cases, 0 new buckets") {
		t.Errorf("the campaign in the image ends with\n%s", report)
	}
	if out, err := b.run("run", container, "--", "/usr/local/bin/rvfuzz", "run", "--workdir", "/elsewhere"); err == nil || !strings.Contains(out, "permission denied") {
		t.Errorf("a folder that is root's: %v\n%s", err, out)
	}
	if out, err := b.run("run", container, "--", "/bin/sh", "-c", "true"); err == nil {
		t.Errorf("the image has a shell: %s", out)
	}
}

// TestFuzzImage builds the image for ClusterFuzzLite, and checks that its script and the source are where it looks for them.
func TestFuzzImage(t *testing.T) {
	if testing.Short() {
		t.Skip("make release-check builds the image")
	}
	b := newBuilder(t)
	b.base("gcr.io/oss-fuzz-base/base-builder-go", nil, "--env", "SRC=/src", "--env", "PATH=/usr/bin:/bin")
	b.must("build", "--pull-never", "-f", "ci/deploy/clusterfuzzlite/Dockerfile", "-t", "fuzz", "../..")
	container := b.must("from", "--pull-never", "fuzz")
	got := b.must(append(append([]string{"run"}, b.mounts...), container, "--", "/bin/sh", "-c", "test -f $SRC/build.sh && sh ci/targets.sh | wc -l")...)
	want, err := exec.Command("sh", "-c", "sh ../targets.sh | wc -l").Output()
	if err != nil || got != strings.TrimSpace(string(want)) {
		t.Errorf("the image has %s targets, the tree %s (%v)", got, want, err)
	}
}
