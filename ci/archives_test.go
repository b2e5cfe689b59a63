package ci

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var archives = flag.String("archives", "", "folder with the archives of a release, as goreleaser leaves them")

// TestArchives checks that a release has an archive for each platform with the program, its man pages and the documents, that
// each has its checksum, and that the program of this platform runs.
func TestArchives(t *testing.T) {
	if *archives == "" {
		t.Skip("no -archives: make release-archives")
	}
	lists, err := filepath.Glob(filepath.Join(*archives, "*_checksums.txt"))
	if err != nil || len(lists) != 1 {
		t.Fatalf("%d files of checksums, %v", len(lists), err)
	}
	sums, err := os.ReadFile(lists[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, platform := range platforms {
		name := strings.TrimSuffix(filepath.Base(lists[0]), "_checksums.txt") + "_" + strings.ReplaceAll(platform, "/", "_")
		binary := "rvfuzz"
		if strings.HasPrefix(platform, "windows") {
			name, binary = name+".zip", "rvfuzz.exe"
		} else {
			name += ".tar.gz"
		}
		data, err := os.ReadFile(filepath.Join(*archives, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if line := fmt.Sprintf("%x  %s\n", sha256.Sum256(data), name); !strings.Contains(string(sums), line) {
			t.Errorf("no checksum %q", line)
		}
		files := unpack(t, filepath.Join(*archives, name))
		for _, want := range []string{binary, "LICENSE", "README.md", "CHANGELOG.md", "docs/run-a-fleet.md", "man/rvfuzz.1", "man/rvfuzz-serve.1", "man/rvfuzz-isa-judge.1"} {
			if len(files[want]) == 0 {
				t.Errorf("%s has no %s", name, want)
			}
		}
		if platform == host(t) {
			runs(t, files[binary])
		}
	}
}

// host returns the platform of the tests.
func host(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOHOSTOS", "GOHOSTARCH").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), "/")
}

// runs checks that a program names its version.
func runs(t *testing.T, program []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rvfuzz")
	if err := os.WriteFile(path, program, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(path, "version").Output(); err != nil || !strings.HasPrefix(string(out), "rvfuzz v") {
		t.Errorf("the program in the archive: %v\n%s", err, out)
	}
}

// unpack returns the files of an archive by their paths.
func unpack(t *testing.T, name string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	keep := func(path string, r io.Reader) {
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s, %s: %v", name, path, err)
		}
		if slices.Contains(strings.Split(path, "/"), "..") || filepath.IsAbs(path) {
			t.Errorf("%s has a path that leads out of it: %s", name, path)
		}
		files[path] = data
	}
	if strings.HasSuffix(name, ".zip") {
		z, err := zip.OpenReader(name)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			keep(f.Name, r)
			_ = r.Close()
		}
		return files
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	packed, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := tar.NewReader(packed)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		keep(h.Name, r)
	}
}
