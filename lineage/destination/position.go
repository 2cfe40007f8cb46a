package destination

import (
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"impact/manifest"
)

// maxYAML bounds the yml file that is read for positions only.
const maxYAML = 1 << 20

// position is a place in a yml file, 1-based.
type position struct{ line, col int }

// locator finds the place of a JSON path such as "meta.impact.delete.soft" in
// the yml file that describes an exposure. Without the file it finds nothing.
type locator struct {
	exposure ast.Node
	at       position
}

// files parses the yml files of a project, each once.
type files struct {
	project fs.FS
	parsed  map[string]*ast.File // nil for a file that cannot be read
}

// parse returns the syntax tree of a file, or nil. Whatever is wrong with a
// file, dbt has said it: then there are just no positions.
func (f *files) parse(name string) *ast.File {
	if f.project == nil || name == "" {
		return nil
	}
	name = path.Clean(strings.ReplaceAll(name, `\`, "/"))
	if tree, ok := f.parsed[name]; ok {
		return tree
	}
	if f.parsed == nil {
		f.parsed = map[string]*ast.File{}
	}
	tree := parseYAML(f.project, name)
	f.parsed[name] = tree
	return tree
}

func parseYAML(project fs.FS, name string) (tree *ast.File) {
	if !fs.ValidPath(name) {
		return nil
	}
	info, err := fs.Stat(project, name)
	if err != nil || info.IsDir() || info.Size() > maxYAML {
		return nil
	}
	src, err := fs.ReadFile(project, name)
	if err != nil || tooDeep(src) {
		return nil
	}
	// The parser of the library is not ours: a panic in it costs positions only.
	defer func() {
		if recover() != nil {
			tree = nil
		}
	}()
	tree, err = parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil
	}
	return tree
}

// locate finds the exposure in its file.
func (f *files) locate(e *manifest.Exposure) (loc *locator) {
	loc = &locator{}
	tree := f.parse(e.Path)
	if tree == nil {
		return loc
	}
	defer func() {
		if recover() != nil {
			loc = &locator{}
		}
	}()
	for _, doc := range tree.Docs {
		_, list := member(doc.Body, "exposures")
		seq, ok := content(list).(*ast.SequenceNode)
		if !ok {
			continue
		}
		for _, item := range seq.Values {
			key, value := member(item, "name")
			if key == nil {
				continue
			}
			if s, ok := content(value).(*ast.StringNode); ok && s.Value == e.Name {
				loc.exposure, loc.at = item, place(key)
				return loc
			}
		}
	}
	return loc
}

// find returns the place of the last part of p that the file has: the key of a
// mapping, the item of a list.
func (loc *locator) find(p string) (at position, ok bool) {
	if loc.exposure == nil {
		return position{}, false
	}
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	at = loc.at
	loc.walk(loc.exposure, p, &at)
	return at, true
}

// walk follows p through n. A key may hold dots itself, so the longest member
// whose key begins p wins.
func (loc *locator) walk(n ast.Node, p string, at *position) {
	for p != "" {
		if strings.HasPrefix(p, "[") {
			end := strings.IndexByte(p, ']')
			seq, ok := content(n).(*ast.SequenceNode)
			if !ok || end < 0 {
				return
			}
			i, err := strconv.Atoi(p[1:end])
			if err != nil || i < 0 || i >= len(seq.Values) {
				return
			}
			n, p = seq.Values[i], strings.TrimPrefix(p[end+1:], ".")
			*at = place(n)
			continue
		}
		var key, value ast.Node
		rest := ""
		for _, m := range members(n) {
			name := keyName(m)
			tail, ok := strings.CutPrefix(p, name)
			if !ok || name == "" || (tail != "" && tail[0] != '.' && tail[0] != '[') {
				continue
			}
			if key == nil || len(tail) < len(rest) {
				key, value, rest = m.Key, m.Value, tail
			}
		}
		if key == nil {
			return
		}
		*at = place(key)
		n, p = value, strings.TrimPrefix(rest, ".")
	}
}

func place(n ast.Node) position {
	if t := n.GetToken(); t != nil && t.Position != nil {
		// A mapping's own token is its first colon; its first key is what a
		// reader looks at.
		if ms := members(n); len(ms) > 0 && ms[0].Key != nil {
			t = ms[0].Key.GetToken()
		}
		return position{t.Position.Line, t.Position.Column}
	}
	return position{}
}

func members(n ast.Node) []*ast.MappingValueNode {
	switch n := content(n).(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

func member(n ast.Node, key string) (ast.Node, ast.Node) {
	for _, m := range members(n) {
		if keyName(m) == key {
			return m.Key, m.Value
		}
	}
	return nil, nil
}

func keyName(m *ast.MappingValueNode) string {
	if s, ok := m.Key.(*ast.StringNode); ok {
		return s.Value
	}
	if m.Key == nil || m.Key.GetToken() == nil {
		return ""
	}
	return m.Key.GetToken().Value
}

// content removes tags and anchors around a node.
func content(n ast.Node) ast.Node {
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
