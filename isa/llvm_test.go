package isa_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/isa"
	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

var llvmBytes = regexp.MustCompile(`encoding: \[([^\]]*)\]`)

// llvmEncode returns the word to which llvm-mc assembles a line, and whether it accepts the line.
func llvmEncode(t *testing.T, llvm tools.Tool, line string) (uint32, bool) {
	args := []string{"-triple=riscv64", "-show-encoding", "-mattr=+m,+a,+f,+d,+c,+v,+h,+zba,+zbb,+zbkb,+zbs,+zfh,+zfa," +
		"+zicond,+zicbop,+zimop,+zcmop,+zihintntl,+svinval,+experimental-zicfiss,+experimental-zicfilp"}
	source := ".option norvc\n"
	if strings.HasPrefix(line, "c.") {
		source = ""
	}
	out, err := llvm.Run(t.Context(), source+line+"\n", args...)
	m := llvmBytes.FindStringSubmatch(out.Stdout)
	if err != nil || m == nil {
		return 0, false
	}
	var word uint32
	for i, b := range strings.Split(m[1], ",") {
		v, err := strconv.ParseUint(strings.TrimSpace(b), 0, 8)
		if err != nil {
			t.Fatalf("llvm-mc: %q: %v", m[1], err)
		}
		word |= uint32(v) << (8 * i)
	}
	return word, true
}

// TestAliasesAgainstLLVM assembles every alias with llvm-mc: what that accepts must have the same word.
func TestAliasesAgainstLLVM(t *testing.T) {
	llvm := tools.Need(t, tools.LLVMMC)
	taken := 0
	for _, v := range aliasVectors {
		theirs, ok := llvmEncode(t, llvm, v.alias)
		if !ok {
			t.Logf("llvm-mc does not take %q", v.alias)
			continue
		}
		taken++
		in, err := isa.Parse(v.alias)
		if err != nil {
			t.Errorf("%q: %v", v.alias, err)
			continue
		}
		if ours, err := isa.Encode(in); err != nil || ours != theirs {
			t.Errorf("%q is %#x, %v; llvm-mc says %#x", v.alias, ours, err, theirs)
		}
	}
	if taken < 50 {
		t.Errorf("llvm-mc took only %d of %d aliases", taken, len(aliasVectors))
	}
}
