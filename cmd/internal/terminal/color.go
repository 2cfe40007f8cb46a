package terminal

import "fmt"

// ColorMode is the user's wish for colours: the value of --color.
type ColorMode string

// The wishes. The empty mode is the same as ColorAuto.
const (
	ColorAuto   ColorMode = "auto"   // on a terminal, unless the environment says otherwise
	ColorAlways ColorMode = "always" // even into a file
	ColorNever  ColorMode = "never"
)

// ColorModes lists the modes in the order in which help names them.
func ColorModes() []string {
	return []string{string(ColorAuto), string(ColorAlways), string(ColorNever)}
}

// ParseColorMode reads a mode by its name.
func ParseColorMode(name string) (ColorMode, error) {
	switch mode := ColorMode(name); mode {
	case ColorAuto, ColorAlways, ColorNever:
		return mode, nil
	}
	return "", fmt.Errorf("unknown colour mode %q", name)
}

// enabled decides about colours. An explicit wish comes first; then NO_COLOR
// (no-color.org: any non-empty value), then CLICOLOR_FORCE (any value but 0),
// then whether the stream is a terminal that knows colours.
func (m ColorMode) enabled(isTerminal bool, getenv func(string) string) bool {
	switch m {
	case ColorAlways:
		return true
	case ColorNever:
		return false
	}
	if getenv == nil {
		return isTerminal
	}
	if getenv("NO_COLOR") != "" {
		return false
	}
	if force := getenv("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true
	}
	return isTerminal && getenv("TERM") != "dumb"
}
