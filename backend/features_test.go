package backend_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/backend/target"
	"github.com/rvfuzz/rvfuzz/isa"
)

// TestFeaturesAreUsed checks that code for a target with an extension has its instructions, and code for rv64gc has not.
func TestFeaturesAreUsed(t *testing.T) {
	for _, c := range []struct {
		target, params, result, body string
		want                         isa.Op
	}{
		{"rv64gc_zba", "[*]const u32, usize", "u32", "%2 = ptr_elem_val(u32, %0, %1)", isa.SH2ADD},
		{"rva22u64", "[*]const u64, usize", "u64", "%2 = ptr_elem_val(u64, %0, %1)", isa.SH3ADD},
		{"rv64gc_zba", "u32, u64", "u64", "%2 = intcast(u64, %0)", isa.ADD_UW},
		{"rv64gc_zbb", "i8, i8", "i8", "%2 = add_wrap(%0, %1)", isa.SEXT_B},
		{"rva22u64", "i16, i16", "i16", "%2 = add_wrap(%0, %1)", isa.SEXT_H},
		{"rva22u64", "u64, u64", "u64", "%2 = max(%0, %1)", isa.MAXU},
		{"rv64gc_zbs", "u16, u16", "u5", "%2 = ctz(u5, %0)", isa.BSETI},
		{"rva23u64", "f64, f64", "f64", "%2 = floor(%0)", isa.FROUND_D},
		{"rv64gc_zfa", "f32, f32", "f32", "%2 = round(%0)", isa.FROUND_S},
		{"rva22u64", "f16, f16", "f32", "%2 = fpext(f32, %0)", isa.FCVT_S_H},
		{"rv64gc_zfh", "f64, f64", "f16", "%2 = fptrunc(f16, %0)", isa.FCVT_H_D},
		{"rv64gc_zabha", "*u8, u8", "u8", "%2 = atomic_rmw(u8, %0, %1, add, seq_cst)", isa.AMOADD_B},
		{"rv64gc_zabha", "*i16, i16", "i16", "%2 = atomic_rmw(i16, %0, %1, max, acquire)", isa.AMOMAX_H},
		{"rv64gc_zacas", "*u32, u32", "?u32", "%2 = cmpxchg_strong(?u32, %0, %1, %1, seq_cst, seq_cst)", isa.AMOCAS_W},
		{"rv64gc_zacas_zabha", "*u8, u8", "?u8", "%2 = cmpxchg_strong(?u8, %0, %1, %1, seq_cst, seq_cst)", isa.AMOCAS_B},
		{"rva23u64", "u64, u64", "u64", "%2 = mul_wrap(%0, %1)", isa.C_MUL},
	} {
		text := fmt.Sprintf("fn @f(%s) %s {\n%s\n%%3 = ret(%%2)\n}\n", c.params, c.result, withArgs(c.params, c.body))
		m := parse(t, text)
		with, err := target.Parse(c.target)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []backend.Options{{Target: with, Compress: true, Verify: true}, {Compress: true, Verify: true}} {
			objects, err := backend.Objects(m, o)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for code := objects[0].Data; len(code) > 0; {
				in, size, err := isa.DecodeBytes(code)
				if err != nil || !o.Target.March().HasInst(in) {
					t.Errorf("%s for %v: %v is no instruction of it: %v", c.body, o.Target, in, err)
				}
				found = found || in.Op == c.want
				code = code[size:]
			}
			if found != (o.Target != target.Target{}) {
				t.Errorf("%s for %v: %v is used: %v", c.body, o.Target, c.want, found)
			}
		}
	}
}

// withArgs returns a body after the instructions of its two arguments.
func withArgs(params, body string) string {
	first, second, _ := strings.Cut(params, ", ")
	return fmt.Sprintf("%%0 = arg(%s, 0)\n%%1 = arg(%s, 1)\n%s", first, second, body)
}
