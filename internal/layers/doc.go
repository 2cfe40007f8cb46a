// Package layers checks that imports in this repository go down only, and that
// each third-party module has its single entry point.
//
// The rules are data, in rules.go: read it to see which package may import
// which. [Check] reads nothing but import clauses, of every file and for every
// platform and build tag, and reports each import that a rule forbids, in the
// order of files and lines, with the rule's reason. Nested modules and folders
// that the go command ignores are left out.
//
//	violations, err := layers.Check(os.DirFS(root), layers.Repository())
//	for _, violation := range violations {
//		fmt.Println(violation)
//	}
package layers
