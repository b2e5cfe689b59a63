package main

import (
	"runtime/debug"
	"testing"
)

func TestFormatVersion(t *testing.T) {
	tests := []struct {
		info debug.BuildInfo
		want string
	}{
		{debug.BuildInfo{GoVersion: "go1.26.0"}, "rvfuzz, go1.26.0 "},
		{debug.BuildInfo{GoVersion: "go1.26.0", Main: debug.Module{Version: "v1.2.3"}}, "rvfuzz v1.2.3, go1.26.0 "},
		{debug.BuildInfo{
			GoVersion: "go1.26.0", Main: debug.Module{Version: "(devel)"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "false"}},
		}, "rvfuzz (devel), commit abc, go1.26.0 "},
		{debug.BuildInfo{
			GoVersion: "go1.26.0", Main: debug.Module{Version: "(devel)"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"}},
		}, "rvfuzz (devel), commit abc modified, go1.26.0 "},
	}
	for _, test := range tests {
		if got := formatVersion(&test.info); len(got) < len(test.want) || got[:len(test.want)] != test.want {
			t.Errorf("%q, want it to begin with %q", got, test.want)
		}
	}
}
