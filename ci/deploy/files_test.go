// Package deploy tests the files with which rvfuzz is deployed, as far as that goes without a cluster: each is read by the
// library that defines its form, and the commands in it are executed. It is a module of its own, so that these libraries are
// no part of rvfuzz's.
package deploy

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	compose "github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/rhysd/actionlint"
	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// read returns a file of this folder.
func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// manifest returns the objects of a file for Kubernetes. A field that the API does not have is an error.
func manifest(t *testing.T, name string) (objects []any) {
	t.Helper()
	kinds := map[string]func() any{
		"batch/v1 Job": func() any { return &batch.Job{} }, "apps/v1 Deployment": func() any { return &apps.Deployment{} },
		"v1 Service": func() any { return &core.Service{} }, "v1 PersistentVolumeClaim": func() any { return &core.PersistentVolumeClaim{} },
	}
	for _, part := range bytes.Split(read(t, name), []byte("\n---\n")) {
		var head struct{ APIVersion, Kind string }
		if err := yaml.Unmarshal(part, &head); err != nil {
			t.Fatal(err)
		}
		kind := kinds[head.APIVersion+" "+head.Kind]
		if kind == nil {
			t.Fatalf("%s: kind %q of %q", name, head.Kind, head.APIVersion)
		}
		object := kind()
		if err := yaml.UnmarshalStrict(part, object); err != nil {
			t.Fatalf("%s, %s: %v", name, head.Kind, err)
		}
		objects = append(objects, object)
	}
	return objects
}

// checkPod checks that a pod is without root, and that what it names is there.
func checkPod(t *testing.T, pod *core.PodSpec, claims map[string]bool) {
	t.Helper()
	if s := pod.SecurityContext; s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.RunAsUser == nil || *s.RunAsUser == 0 {
		t.Error("the pod may run as root")
	}
	volumes := map[string]bool{}
	for _, v := range pod.Volumes {
		volumes[v.Name] = true
		if c := v.PersistentVolumeClaim; c != nil && !claims[c.ClaimName] {
			t.Errorf("volume %s: there is no claim %s", v.Name, c.ClaimName)
		}
	}
	for _, c := range pod.Containers {
		if s := c.SecurityContext; s == nil || *s.AllowPrivilegeEscalation || !*s.ReadOnlyRootFilesystem || s.Capabilities.Drop[0] != "ALL" {
			t.Errorf("container %s may do more than it needs", c.Name)
		}
		if c.Resources.Limits.Memory().IsZero() || c.Resources.Requests.Cpu().IsZero() {
			t.Errorf("container %s has no limit of memory, or no share of a processor", c.Name)
		}
		for _, m := range c.VolumeMounts {
			if !volumes[m.Name] {
				t.Errorf("container %s: there is no volume %s", c.Name, m.Name)
			}
		}
	}
}

// selects reports whether labels have all that a selector asks for.
func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return len(selector) > 0
}

// TestKubernetes checks the objects for Kubernetes, and what they say of each other.
func TestKubernetes(t *testing.T) {
	for _, name := range []string{"kubernetes/job.yaml", "kubernetes/fleet.yaml"} {
		objects, claims := manifest(t, name), map[string]bool{}
		var pods []core.PodTemplateSpec
		for _, o := range objects {
			if c, ok := o.(*core.PersistentVolumeClaim); ok {
				claims[c.Name] = true
			}
		}
		for _, o := range objects {
			switch o := o.(type) {
			case *batch.Job:
				if o.Spec.CompletionMode == nil || *o.Spec.CompletionMode != batch.IndexedCompletion || o.Spec.BackoffLimitPerIndex == nil ||
					o.Spec.Template.Spec.RestartPolicy != core.RestartPolicyNever { // which podFailurePolicy demands
					t.Errorf("the job is %+v", o.Spec)
				}
				pods = append(pods, o.Spec.Template)
			case *apps.Deployment:
				if !selects(o.Spec.Selector.MatchLabels, o.Spec.Template.Labels) {
					t.Errorf("deployment %s does not select its pods", o.Name)
				}
				pods = append(pods, o.Spec.Template)
			}
		}
		for i := range pods {
			checkPod(t, &pods[i].Spec, claims)
		}
		for _, o := range objects {
			if s, ok := o.(*core.Service); ok && !serves(s, pods) {
				t.Errorf("service %s has no pod with its ports", s.Name)
			}
		}
		if len(pods) == 0 {
			t.Errorf("%s has no pods", name)
		}
	}
}

// serves reports whether a service selects a pod that has its ports.
func serves(s *core.Service, pods []core.PodTemplateSpec) bool {
	for i := range pods {
		ports := map[string]bool{}
		for _, p := range pods[i].Spec.Containers[0].Ports {
			ports[p.Name] = true
		}
		all := selects(s.Spec.Selector, pods[i].Labels)
		for _, p := range s.Spec.Ports {
			all = all && ports[p.TargetPort.StrVal]
		}
		if all {
			return true
		}
	}
	return false
}

// composeProject returns the project of compose.yaml.
func composeProject(t *testing.T) *compose.Project {
	t.Helper()
	p, err := loader.LoadWithContext(t.Context(), compose.ConfigDetails{WorkingDir: ".", Environment: compose.Mapping{"RVFUZZ_TOKEN": token},
		ConfigFiles: []compose.ConfigFile{{Filename: "compose.yaml", Content: read(t, "compose.yaml")}}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestCompose checks the file for compose, and that it demands a token.
func TestCompose(t *testing.T) {
	p := composeProject(t)
	build := p.Services["coordinator"].Build
	if build == nil || len(p.Services) != 2 {
		t.Fatalf("the services are %v", p.ServiceNames())
	}
	if _, err := os.Stat(filepath.Join(build.Context, "ci/deploy/Dockerfile")); err != nil || filepath.Join(build.Context, build.Dockerfile) != filepath.Join(build.Context, "ci/deploy/Dockerfile") {
		t.Errorf("%s is built with %s: %v", build.Context, build.Dockerfile, err)
	}
	for _, s := range p.Services {
		for _, port := range s.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("service %s is reached from elsewhere", s.Name)
			}
		}
	}
	_, err := loader.LoadWithContext(t.Context(), compose.ConfigDetails{WorkingDir: ".", Environment: compose.Mapping{},
		ConfigFiles: []compose.ConfigFile{{Filename: "compose.yaml", Content: read(t, "compose.yaml")}}})
	if err == nil || !strings.Contains(err.Error(), "RVFUZZ_TOKEN") {
		t.Errorf("without a token: %v", err)
	}
}

// TestWorkflows has actionlint look at the workflows, and checks that no job takes longer than a forge allows.
func TestWorkflows(t *testing.T) {
	for _, name := range []string{"../workflow.yml", "../campaign.yml"} {
		linter, err := actionlint.NewLinter(os.Stderr, &actionlint.LinterOptions{Shellcheck: "shellcheck"})
		if err != nil {
			t.Fatal(err)
		}
		if found, err := linter.Lint(name, read(t, name), nil); err != nil || len(found) > 0 {
			t.Errorf("%s: %v, %v", name, found, err)
		}
		w, problems := actionlint.Parse(read(t, name))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		for id, job := range w.Jobs {
			if m := job.TimeoutMinutes; m == nil || m.Value > 360 {
				t.Errorf("%s: job %s may take more than six hours", name, id)
			}
		}
	}
}

// TestDockerfiles checks the instructions of each Dockerfile, and that the image of rvfuzz is without a shell and root.
func TestDockerfiles(t *testing.T) {
	for _, name := range []string{"Dockerfile", "clusterfuzzlite/Dockerfile"} {
		file, err := parser.Parse(bytes.NewReader(read(t, name)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		stages, _, err := instructions.Parse(file.AST, nil)
		if err != nil || len(file.Warnings) > 0 {
			t.Fatalf("%s: %v, %v", name, err, file.Warnings)
		}
		if name != "Dockerfile" {
			continue
		}
		last := stages[len(stages)-1]
		if len(stages) != 2 || stages[0].Name != "build" || !strings.Contains(last.BaseName, "distroless") {
			t.Errorf("the last of %d stages is based on %s", len(stages), last.BaseName)
		}
		user := ""
		for _, c := range last.Commands {
			switch c := c.(type) {
			case *instructions.UserCommand:
				user = c.User
			case *instructions.RunCommand:
				t.Error("the image has no shell to run something")
			case *instructions.CopyCommand:
				if c.From != "build" {
					t.Errorf("a copy from %q", c.From)
				}
			}
		}
		if user != "65532:65532" {
			t.Errorf("the user is %q", user)
		}
	}
}

// TestImageBuild runs what the Dockerfile runs to build the program, and checks that it needs no library.
func TestImageBuild(t *testing.T) {
	run := regexp.MustCompile(`(?m)^RUN (CGO_ENABLED=0 go build .*)$`).FindSubmatch(read(t, "Dockerfile"))
	if run == nil {
		t.Fatal("the Dockerfile builds nothing")
	}
	out := t.TempDir()
	line := strings.ReplaceAll(string(run[1]), "/out/", out+"/")
	if testing.Short() {
		line = strings.Replace(line, "go build", "go build -n", 1) // all but the compiler
	}
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = "../.."
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if testing.Short() {
		return
	}
	if text, err := exec.Command(filepath.Join(out, "rvfuzz"), "version").CombinedOutput(); err != nil || !bytes.HasPrefix(text, []byte("rvfuzz ")) {
		t.Errorf("%v\n%s", err, text)
	}
	if text, _ := exec.Command("ldd", filepath.Join(out, "rvfuzz")).CombinedOutput(); !bytes.Contains(text, []byte("not a dynamic executable")) {
		t.Errorf("the program needs\n%s", text)
	}
	if _, err := os.Stat(filepath.Join(out, "work")); err != nil {
		t.Error(err)
	}
}

// units returns the units for systemd with the program that is there.
func units(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	files, err := filepath.Glob("systemd/*.service")
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		all[filepath.Base(f)] = strings.ReplaceAll(string(read(t, f)), "/usr/local/bin/rvfuzz", program)
	}
	return all
}

// TestSystemd has systemd verify the units, and say how much they are exposed.
func TestSystemd(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	dir := t.TempDir()
	for name, text := range units(t) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, strings.Replace(name, "@.", "@1.", 1))
		if strings.Contains(name, "@.") { // an instance is a link to the unit
			if err := os.Symlink(name, path); err != nil {
				t.Fatal(err)
			}
		}
		if out, err := exec.Command("systemd-analyze", "verify", "--man=no", path).CombinedOutput(); err != nil || bytes.Contains(out, []byte(name)) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		out, err := exec.Command("systemd-analyze", "security", "--offline=yes", "--threshold=20", path).CombinedOutput()
		if err != nil {
			t.Errorf("%s is exposed: %v\n%s", name, err, out)
		}
		_, level, _ := bytes.Cut(out, []byte("Overall exposure level"))
		t.Logf("%s:%s", name, bytes.TrimSpace(level))
	}
}
