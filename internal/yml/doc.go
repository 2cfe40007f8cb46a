// Package yml parses YAML that people or strangers wrote, for readers that want
// the place of everything.
//
//	file, err := yml.Parse(src)
//	for _, doc := range file.Docs { … yml.Place(key) … }
//
// It promises that no input makes the parser panic or exhaust the stack: files
// that could nest too deep are refused with [ErrTooDeep] before they are parsed.
// Walking the tree is the caller's.
package yml
