package layout

// Label is how names are shown.
func Label(text string) string { return label(text) }
