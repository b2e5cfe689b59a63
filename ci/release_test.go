package ci

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	modulepath "golang.org/x/mod/module"
	"golang.org/x/mod/zip"
	load "golang.org/x/tools/go/packages"
)

var release = flag.Bool("release", false, "build the program for every platform, and install it as users do, which takes minutes")

// platforms are those of the release archives.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

// treeFile is a file of the repository, for the archive of the module.
type treeFile string

func (f treeFile) Path() string { return string(f) }

func (f treeFile) Lstat() (os.FileInfo, error) { return os.Lstat(filepath.Join("..", string(f))) }

func (f treeFile) Open() (io.ReadCloser, error) { return os.Open(filepath.Join("..", string(f))) }

// moduleFiles returns the files of the module: what is committed, or would be.
func moduleFiles(t *testing.T) (files []zip.File) {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = ".."
	out, err := list.Output()
	if err != nil {
		t.Skipf("git does not list the files: %v", err)
	}
	for path := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		if _, err := os.Lstat(filepath.Join("..", path)); err == nil && !strings.HasPrefix(path, "ci/deploy/") { // a module of its own
			files = append(files, treeFile(path))
		}
	}
	return files
}

// moduleProxy returns a folder that serves the module in a version, as a proxy of modules does.
func moduleProxy(t *testing.T, version modulepath.Version) string {
	t.Helper()
	dir := t.TempDir()
	at := filepath.Join(dir, filepath.FromSlash(version.Path), "@v")
	if err := os.MkdirAll(at, 0o755); err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"list": version.Version + "\n", version.Version + ".mod": string(mod),
		version.Version + ".info": fmt.Sprintf(`{"Version":%q,"Time":"2026-01-01T00:00:00Z"}`, version.Version)} {
		if err := os.WriteFile(filepath.Join(at, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := os.Create(filepath.Join(at, version.Version+".zip"))
	if err == nil {
		err = zip.Create(archive, version, moduleFiles(t))
	}
	if err == nil {
		err = archive.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestInstall checks that "go install .../cmd/rvfuzz@VERSION" finds all that it needs in the archive of the module, and with
// -release that the program which it builds names the version. Other modules come from where go build had them.
func TestInstall(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if file, err := modfile.Parse("go.mod", mod, nil); err != nil || len(file.Replace)+len(file.Exclude) > 0 {
		t.Fatalf("go.mod has directives with which nothing can be installed: %v", err)
	}
	version := modulepath.Version{Path: strings.TrimSuffix(module, "/"), Version: "v0.0.1"}
	proxy, bin := moduleProxy(t, version), t.TempDir()
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"install"}
	if !*release {
		args = append(args, "-n") // all but the compiler
	}
	install := exec.Command("go", append(args, module+"cmd/rvfuzz@"+version.Version)...)
	install.Dir = bin
	install.Env = append(os.Environ(), "GOPROXY=file://"+proxy+",file://"+strings.TrimSpace(string(cache))+"/cache/download", "GOSUMDB=off",
		"GOMODCACHE="+t.TempDir(), "GOBIN="+bin, "GOFLAGS=-trimpath -modcacherw", "GOWORK=off")
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out[max(0, len(out)-2000):])
	}
	if !*release {
		return
	}
	if out, err := exec.Command(filepath.Join(bin, "rvfuzz"), "version").Output(); err != nil || !strings.HasPrefix(string(out), "rvfuzz v0.0.1") {
		t.Errorf("%q, %v", out, err)
	}
}

// TestPlatforms checks that the types of every package are right on the platforms that differ, and with -release that the
// program can be built for all.
func TestPlatforms(t *testing.T) {
	if *release {
		for _, platform := range platforms {
			system, processor, _ := strings.Cut(platform, "/")
			build := exec.Command("go", "build", "-o", t.TempDir(), module+"cmd/rvfuzz")
			build.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+processor, "CGO_ENABLED=0")
			if out, err := build.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", platform, err, out)
			}
		}
		return
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, system := range []string{"windows", "darwin"} {
		config := &load.Config{Mode: load.LoadAllSyntax &^ load.NeedTypesInfo, Env: append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0"), ParseFile: withoutBodies(root)}
		roots, err := load.Load(config, module+"cmd/rvfuzz")
		if err != nil {
			t.Fatal(err)
		}
		ours := 0
		load.Visit(roots, nil, func(p *load.Package) {
			if strings.HasPrefix(p.PkgPath, module) {
				ours++
				for _, e := range p.Errors {
					t.Errorf("%s: %v", system, e)
				}
			}
		})
		if ours < 30 {
			t.Errorf("%s: %d packages", system, ours)
		}
	}
}

// withoutBodies returns what parses a file, without the bodies of functions if it is outside of a folder.
func withoutBodies(root string) func(*token.FileSet, string, []byte) (*ast.File, error) {
	return func(set *token.FileSet, path string, source []byte) (*ast.File, error) {
		file, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
		if err != nil || strings.HasPrefix(path, root) {
			return file, err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				f.Body = nil
			}
		}
		return file, nil
	}
}
