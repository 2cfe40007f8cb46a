package cli

import "impact/internal/spelling"

// nearest returns the name that is most likely meant by a mistyped one, or ""
// when none is near.
func nearest(typed string, names []string) string { return spelling.Nearest(typed, names) }
