package tools

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Find returns the newest installed program of a name. The error wraps ErrNotInstalled and names the program.
func Find(name string) (Tool, error) {
	all := FindAll(name)
	if len(all) == 0 {
		return Tool{}, fmt.Errorf("%s is %w", name, ErrNotInstalled)
	}
	return all[0], nil
}

// FindAll returns every installed version of a program, the newest first: in the folders of PATH under its name and, as Debian
// installs LLVM and GCC, with a number after it, llvm-mc-19; and in the folder that ci/tools-newest.sh makes. Of one version
// the first is returned. Programs that do not run are left out, and those that have no version come last.
func FindAll(name string) []Tool {
	found, _ := searches.LoadOrStore(name, sync.OnceValue(func() []Tool { return search(name, folders(name)) }))
	return found.(func() []Tool)()
}

// searches remembers what was found, since each version takes a run of the program to find out.
var searches sync.Map

// folders returns those to look for a program in. The newest clang is left out, because it runs others of its releases only
// inside their root folder: see FindNewest.
func folders(name string) []string {
	list := filepath.SplitList(os.Getenv("PATH"))
	if folder, err := newestFolder(); err == nil && name != Clang {
		list = append(list, folder)
	}
	return list
}

// newestFolder returns the folder into which ci/tools-newest.sh unpacks the newest releases: that of $RVFUZZ_NEWEST, or of
// rvfuzz/newest in the user's cache.
func newestFolder() (string, error) {
	folder, err := cacheFolder("RVFUZZ_NEWEST", "newest")
	return filepath.Join(folder, "bin-outside"), err
}

// cacheFolder returns the folder that a variable of the environment names, or else one of rvfuzz in the user's cache.
func cacheFolder(variable, name string) (string, error) {
	if folder := os.Getenv(variable); folder != "" {
		return folder, nil
	}
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "rvfuzz", name), err
}

// NeedProgram returns the path of a riscv64 program that ci/programs.sh makes, or skips the test with the reason.
func NeedProgram(t Skipper, name string) string {
	t.Helper()
	folder, err := cacheFolder("RVFUZZ_PROGRAMS", "programs")
	path := filepath.Join(folder, name)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Skip(fmt.Sprintf("%s for riscv64 is %v: sh ci/programs.sh makes it", name, ErrNotInstalled))
	}
	return path
}

// FindNewest looks a program up among the newest releases only. The error wraps ErrNotInstalled and names the program.
func FindNewest(name string) (Tool, error) {
	folder, err := newestFolder()
	if err != nil {
		return Tool{}, fmt.Errorf("the newest %s is %w: %w", name, ErrNotInstalled, err)
	}
	path := filepath.Join(folder, name)
	if _, err := os.Stat(path); err != nil {
		return Tool{}, fmt.Errorf("the newest %s is %w", name, ErrNotInstalled)
	}
	return Tool{Name: name, Path: path}, nil
}

func search(name string, folders []string) []Tool {
	var found []Tool
	versions := make(map[string]bool)
	for _, folder := range folders {
		for _, path := range candidates(folder, name) {
			tool := Tool{Name: name, Path: path}
			version, err := tool.Version(context.Background())
			if err != nil && len(found) > 0 || versions[version] {
				continue
			}
			versions[version] = true
			tool.version = version
			found = append(found, tool)
		}
	}
	slices.SortStableFunc(found, func(a, b Tool) int { return compareVersions(b.version, a.version) })
	return found
}

var numbered = regexp.MustCompile(`^-[0-9]+$`)

// candidates returns the executable files of a folder that have the name, with or without a number after it.
func candidates(folder, name string) []string {
	all, _ := filepath.Glob(filepath.Join(folder, name) + "*") // the only error is a bad pattern
	return slices.DeleteFunc(all, func(path string) bool {
		rest := strings.TrimPrefix(filepath.Base(path), name)
		info, err := os.Stat(path)
		return err != nil || rest != "" && !numbered.MatchString(rest) || info.IsDir() || info.Mode()&0o111 == 0
	})
}

var versionNumber = regexp.MustCompile(`[0-9]+(\.[0-9]+)+`)

// Version returns the version that the program prints, such as "2.40".
func (t Tool) Version(ctx context.Context) (string, error) {
	if t.version != "" {
		return t.version, nil
	}
	if filepath.IsAbs(t.Path) {
		t.Dir = os.TempDir() // csmith leaves a file where it runs
	}
	out, err := t.Run(ctx, "", "--version")
	if err != nil {
		return "", err
	}
	first, _, _ := strings.Cut(out.Stdout, "\n")
	for _, text := range []string{first[strings.LastIndexByte(first, ')')+1:], out.Stdout} { // "GNU ld (Debian 2:1.5) 2.40"
		if number := versionNumber.FindString(text); number != "" {
			return number, nil
		}
	}
	return "", fmt.Errorf("%s: no version in %.100q", t.Name, out.Stdout)
}

// AtLeast reports whether a version is not older than another: "2.47.50" than "2.46".
func AtLeast(version, least string) bool { return compareVersions(version, least) >= 0 }

func compareVersions(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		m, _ := strconv.Atoi(x[i])
		n, _ := strconv.Atoi(y[i])
		if m != n {
			return m - n
		}
	}
	return cmp.Compare(len(x), len(y))
}
