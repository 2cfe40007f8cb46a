package cli

import (
	"strings"
	"testing"

	"impact/cmd/internal/terminal"
)

func TestTableFit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		terminal bool
		width    int
		want     string
	}{
		{name: "a file gets all", width: 10, want: "load table rows"},
		{name: "there is room", terminal: true, width: 24, want: "load table rows"},
		{name: "one column goes", terminal: true, width: 23, want: "load rows"},
		{name: "nothing more can go", terminal: true, width: 3, want: "load"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tab := table{head: []string{"load", "table", "rows"}, right: 2, rows: [][]string{{"jobs", "board.jobs", "3"}}}
			tab.fit(terminal.Streams{OutTerminal: tt.terminal, Width: tt.width}, "table", "rows")
			var b strings.Builder
			tab.write(&b, terminal.Style{})
			head, _, _ := strings.Cut(b.String(), "\n")
			if got := strings.Join(strings.Fields(head), " "); got != tt.want {
				t.Errorf("columns %q, want %q", got, tt.want)
			}
		})
	}
}
