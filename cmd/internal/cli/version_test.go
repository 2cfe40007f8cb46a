package cli

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBuildComesFromTheProgramsOwnRecord(t *testing.T) {
	t.Parallel()
	platform := runtime.GOOS + "/" + runtime.GOARCH
	tests := []struct {
		name string
		info debug.BuildInfo
		want Build
		line string
	}{
		{
			name: "installed at a version",
			info: debug.BuildInfo{GoVersion: "go1.26.0", Main: debug.Module{Version: "v1.2.3"}},
			want: Build{Version: "v1.2.3", Go: "go1.26.0", Platform: platform},
			line: "v1.2.3 (go1.26.0, " + platform + ")",
		},
		{
			name: "built from a changed folder",
			info: debug.BuildInfo{GoVersion: "go1.26.0", Settings: []debug.BuildSetting{
				{Key: "vcs.revision", Value: "0123456789abcdef"},
				{Key: "vcs.time", Value: "2026-01-02T03:04:05Z"},
				{Key: "vcs.modified", Value: "true"},
			}},
			want: Build{Version: "(devel)", Revision: "0123456789abcdef", Modified: true, Time: "2026-01-02T03:04:05Z", Go: "go1.26.0", Platform: platform},
			line: "(devel) 0123456789ab+modified (go1.26.0, " + platform + ")",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := buildOf(&tt.info)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("build (-want +got):\n%s", diff)
			}
			if got.String() != tt.line {
				t.Errorf("line: got %q, want %q", got, tt.line)
			}
		})
	}
}
