package terminal

import (
	"bytes"
	"testing"
)

func TestColorsFollowTheFlagThenTheEnvironmentThenTheStream(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		mode     ColorMode
		terminal bool
		env      map[string]string
		want     bool
	}{
		{name: "a terminal has colours", terminal: true, want: true},
		{name: "a file has none"},
		{name: "NO_COLOR switches them off", terminal: true, env: map[string]string{"NO_COLOR": "1"}},
		{name: "an empty NO_COLOR says nothing", terminal: true, env: map[string]string{"NO_COLOR": ""}, want: true},
		{name: "CLICOLOR_FORCE switches them on in a file", env: map[string]string{"CLICOLOR_FORCE": "1"}, want: true},
		{name: "CLICOLOR_FORCE=0 says nothing", env: map[string]string{"CLICOLOR_FORCE": "0"}},
		{name: "NO_COLOR is stronger than CLICOLOR_FORCE", terminal: true, env: map[string]string{"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}},
		{name: "a dumb terminal has none", terminal: true, env: map[string]string{"TERM": "dumb"}},
		{name: "the flag is stronger than NO_COLOR", mode: ColorAlways, env: map[string]string{"NO_COLOR": "1"}, want: true},
		{name: "the flag is stronger than CLICOLOR_FORCE", mode: ColorNever, terminal: true, env: map[string]string{"CLICOLOR_FORCE": "1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			streams := Streams{
				Out: new(bytes.Buffer), Err: new(bytes.Buffer),
				OutTerminal: tt.terminal,
				Getenv:      func(key string) string { return tt.env[key] },
			}
			if got := streams.OutStyle(tt.mode).Enabled(); got != tt.want {
				t.Errorf("colours on out: got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestEachStreamDecidesForItself(t *testing.T) {
	t.Parallel()
	streams := Streams{ErrTerminal: true}
	if streams.OutStyle(ColorAuto).Enabled() {
		t.Error("out is a file and has colours")
	}
	if !streams.ErrStyle(ColorAuto).Enabled() {
		t.Error("err is a terminal and has no colours")
	}
}

func TestColorModesAreReadByName(t *testing.T) {
	t.Parallel()
	for _, name := range ColorModes() {
		if mode, err := ParseColorMode(name); err != nil || string(mode) != name {
			t.Errorf("ParseColorMode(%q) = %q, %v", name, mode, err)
		}
	}
	if _, err := ParseColorMode("Always"); err == nil {
		t.Error("an unknown mode was accepted")
	}
}

func TestStyleIsPlainWhenOffAndClosesWhatItOpens(t *testing.T) {
	t.Parallel()
	if got := (Style{}).Bold(Style{}.Red("x")); got != "x" {
		t.Errorf("zero style: got %q", got)
	}
	on := NewStyle(true)
	if got, want := on.Bold(on.Red("x")), "\x1b[1m\x1b[31mx\x1b[39m\x1b[22m"; got != want {
		t.Errorf("nested: got %q, want %q", got, want)
	}
	if got := on.Cyan(""); got != "" {
		t.Errorf("empty text: got %q", got)
	}
}
