package yml

import "github.com/goccy/go-yaml/ast"

// A Position is a place in a file, 1-based; the zero value is none.
type Position struct{ Line, Col int }

// Place is where a node starts. A mapping's own token is its first colon: its
// first key is what a reader looks at.
func Place(n ast.Node) Position {
	if n == nil {
		return Position{}
	}
	if ms := Members(n); len(ms) > 0 && ms[0].Key != nil {
		n = ms[0].Key
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return Position{t.Position.Line, t.Position.Column}
	}
	return Position{}
}

// Members are the members of a mapping, nil for other nodes.
func Members(n ast.Node) []*ast.MappingValueNode {
	switch n := Content(n).(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

// Key is the name of a member, "" if it has none.
func Key(m *ast.MappingValueNode) string {
	if s, ok := m.Key.(*ast.StringNode); ok {
		return s.Value
	}
	if m.Key == nil || m.Key.GetToken() == nil {
		return ""
	}
	return m.Key.GetToken().Value
}

// Content removes tags and anchors around a node.
func Content(n ast.Node) ast.Node {
	for range 16 {
		switch w := n.(type) {
		case *ast.AnchorNode:
			n = w.Value
		case *ast.TagNode:
			n = w.Value
		default:
			return n
		}
	}
	return n
}
