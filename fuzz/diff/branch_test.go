package diff

import (
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

const forkText = `fn @f(bool, u8) u8 {
  %0 = block(u8, {
    %1 = arg(bool, 0)
    %2 = cond_br(%1, {
      %3 = add_wrap(<u8, 1>, <u8, 2>)
      %4 = br(%0, %3)
    }, {
      %5 = block(u8, {
        %6 = switch_br(<u8, 1>, [1] => {
          %7 = add_wrap(<u8, 1>, <u8, 3>)
          %8 = br(%5, %7)
        }, else => {
          %9 = add_wrap(<u8, 1>, <u8, 4>)
          %10 = br(%5, %9)
        })
      })
      %11 = br(%0, %5)
    })
  })
  %12 = xor(%0, <u8, 1>)
  %13 = ret(%12)
}
`

// TestBranch checks which instruction is found where two executions fork, by where they went next.
func TestBranch(t *testing.T) {
	f := parse(t, forkText).Funcs[0]
	tests := []struct {
		name string
		last uint32
		next []uint32
		want string
	}{
		{"the two arms of a branch", 1, []uint32{3, 7}, "cond_br.bool"},
		{"two cases of a switch", 1, []uint32{7, 9}, "switch_br.u8"},
		{"an arm and what follows the block", 1, []uint32{3, 12}, "cond_br.bool"},
		{"only one goes on", 1, []uint32{3}, "cond_br.bool"},
		{"no branch between them", 0, []uint32{12, 12}, ""},
	}
	for _, test := range tests {
		p := &mismatch{got: step{inst: air.Index(test.last)}}
		for _, n := range test.next {
			p.next = append(p.next, step{inst: air.Index(n)})
		}
		if got := branch(f, p); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
