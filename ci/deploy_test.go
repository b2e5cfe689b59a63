package ci

import (
	"fmt"
	"os/exec"
	"testing"
)

// TestDeploy runs the tests of the files with which rvfuzz is deployed, which are a module of their own.
func TestDeploy(t *testing.T) {
	modules := exec.Command("go", "mod", "download")
	modules.Dir = "deploy"
	if out, err := modules.CombinedOutput(); err != nil {
		t.Skipf("the modules that know the forms of these files are out of reach: %v\n%s", err, out)
	}
	test := exec.Command("go", "test", fmt.Sprint("-short=", !*release), "./...")
	test.Dir = "deploy"
	if out, err := test.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
