package air_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
)

func TestUnsupported(t *testing.T) {
	m := air.NewModule()
	b := air.NewBuilder(m)
	b.Begin("a b", m.Types.Fn(air.VoidType))
	b.Ret(b.Void())
	f := b.End()
	for _, c := range []struct {
		err  *air.Unsupported
		want string
	}{
		{air.NewUnsupported(f, 0, "this"), `func @"a b", %0: ret: this is not supported`},
		{&air.Unsupported{Func: "f", What: "that"}, "func @f: that is not supported"},
		{&air.Unsupported{What: "a global"}, "a global is not supported"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
		var found *air.Unsupported
		if !errors.As(fmt.Errorf("compile: %w", c.err), &found) || found != c.err {
			t.Errorf("%s is not found behind a wrapper", c.want)
		}
	}
}
