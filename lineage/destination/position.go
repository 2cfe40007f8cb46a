package destination

import (
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"impact/internal/yml"
	"impact/manifest"
)

// maxYAML bounds the yml file that is read for positions only.
const maxYAML = 1 << 20

// locator finds the place of a JSON path such as "meta.impact.delete.soft" in
// the yml file that describes an exposure. Without the file it finds nothing.
type locator struct {
	exposure ast.Node
	at       yml.Position
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

func parseYAML(project fs.FS, name string) *ast.File {
	if !fs.ValidPath(name) {
		return nil
	}
	info, err := fs.Stat(project, name)
	if err != nil || info.IsDir() || info.Size() > maxYAML {
		return nil
	}
	src, err := fs.ReadFile(project, name)
	if err != nil {
		return nil
	}
	tree, err := yml.Parse(src)
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
		seq, ok := yml.Content(list).(*ast.SequenceNode)
		if !ok {
			continue
		}
		for _, item := range seq.Values {
			key, value := member(item, "name")
			if key == nil {
				continue
			}
			if s, ok := yml.Content(value).(*ast.StringNode); ok && s.Value == e.Name {
				loc.exposure, loc.at = item, yml.Place(key)
				return loc
			}
		}
	}
	return loc
}

// find returns the place of the last part of p that the file has: the key of a
// mapping, the item of a list.
func (loc *locator) find(p string) (at yml.Position, ok bool) {
	if loc.exposure == nil {
		return yml.Position{}, false
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
func (loc *locator) walk(n ast.Node, p string, at *yml.Position) {
	for p != "" {
		if strings.HasPrefix(p, "[") {
			end := strings.IndexByte(p, ']')
			seq, ok := yml.Content(n).(*ast.SequenceNode)
			if !ok || end < 0 {
				return
			}
			i, err := strconv.Atoi(p[1:end])
			if err != nil || i < 0 || i >= len(seq.Values) {
				return
			}
			n, p = seq.Values[i], strings.TrimPrefix(p[end+1:], ".")
			*at = yml.Place(n)
			continue
		}
		var key, value ast.Node
		rest := ""
		for _, m := range yml.Members(n) {
			name := yml.Key(m)
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
		*at = yml.Place(key)
		n, p = value, strings.TrimPrefix(rest, ".")
	}
}

func member(n ast.Node, key string) (ast.Node, ast.Node) {
	for _, m := range yml.Members(n) {
		if yml.Key(m) == key {
			return m.Key, m.Value
		}
	}
	return nil, nil
}
