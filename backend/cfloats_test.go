package backend_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/oracle/linux"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// floatsOutside are functions of C that get floats outside the registers for floats: the ninth goes in an integer
// register, and the last on the stack. What is above an f32 there is not known (psABI, "Integer Calling Convention").
const floatsOutside = `
fn @ninth(f64, f64, f64, f64, f64, f64, f64, f64, f32) callconv(.C) f32 {
  %0 = arg(f32, 8)
  %1 = ret(%0)
}

fn @stacked(f64, f64, f64, f64, f64, f64, f64, f64, i64, i64, i64, i64, i64, i64, i64, i64, f32) callconv(.C) f32 {
  %0 = arg(f32, 16)
  %1 = ret(%0)
}

fn @both(f64, f64, f64, f64, f64, f64, f64, f64, f32, f64, f32) callconv(.C) f64 {
  %0 = arg(f32, 8)
  %1 = arg(f64, 9)
  %2 = arg(f32, 10)
  %3 = add(%0, %2)
  %4 = fpext(f64, %3)
  %5 = add(%4, %1)
  %6 = ret(%5)
}

extern fn @tenth(f64, f64, f64, f64, f64, f64, f64, f64, f32, f32) callconv(.C) f32

fn @calls(f32, f32) callconv(.C) f32 {
  %0 = arg(f32, 0)
  %1 = arg(f32, 1)
  %2 = call(@tenth, [<f64, 1>, <f64, 2>, <f64, 3>, <f64, 4>, <f64, 5>, <f64, 6>, <f64, 7>, <f64, 8>, %0, %1])
  %3 = ret(%2)
}
`

const floatsCaller = `
#include <stdio.h>
float ninth(double, double, double, double, double, double, double, double, float);
float stacked(double, double, double, double, double, double, double, double, long, long, long, long, long, long, long, long, float);
double both(double, double, double, double, double, double, double, double, float, double, float);
float calls(float, float);
float tenth(double a, double b, double c, double d, double e, double f, double g, double h, float i, float j) { return i - j + h; }
int main(void) {
	volatile float x = 9.5f;
	printf("%g %g %g %g\n", ninth(1, 2, 3, 4, 5, 6, 7, 8, x), stacked(1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, x),
		both(1, 2, 3, 4, 5, 6, 7, 8, x, 0.25, x), calls(x, 1.5f));
	return 0;
}
`

// Callers and callees compiled by gcc and clang pass narrow floats to ours and get them from ours.
func TestNarrowFloatsOfC(t *testing.T) {
	gcc := tools.Need(t, tools.GCC)
	folder := t.TempDir()
	file := func(name string) string { return filepath.Join(folder, name) }
	m := parse(t, floatsOutside)
	object := written(t, backend.WriteObject, m, backend.Options{})
	for name, data := range map[string][]byte{"floats.o": object, "caller.c": []byte(floatsCaller)} {
		if err := os.WriteFile(file(name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name  string
		flags []string
	}{
		{tools.GCC, []string{"-O0"}}, {tools.GCC, []string{"-O2"}},
		{tools.Clang, []string{"--target=riscv64-linux-gnu", "-march=rv64gc", "-mabi=lp64d", "-O0"}},
		{tools.Clang, []string{"--target=riscv64-linux-gnu", "-march=rv64gc", "-mabi=lp64d", "-O2"}},
	} {
		t.Run(c.name+c.flags[len(c.flags)-1], func(t *testing.T) {
			run := func(tool tools.Tool, args ...string) {
				if out, err := tool.Run(t.Context(), "", args...); err != nil {
					t.Fatalf("%v: %v\n%s", args, err, out.Stderr)
				}
			}
			run(tools.Need(t, c.name), append(c.flags, "-c", "-o", file("caller.o"), file("caller.c"))...)
			run(gcc, "-static", "-o", file("program"), file("caller.o"), file("floats.o"))
			program, err := os.ReadFile(file("program"))
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			config := linux.Config{Args: []string{"program"}, Stdout: &out, Checks: rv64.CheckMemory | rv64.CheckAlign, MaxSteps: 1e8}
			if _, err := linux.Execute(context.Background(), program, config); err != nil {
				t.Fatal(err)
			}
			if got := out.String(); got != "9.5 9.5 19.25 16\n" {
				t.Errorf("it writes %q", got)
			}
		})
	}
}
