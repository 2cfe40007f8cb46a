package lineage

import (
	"io/fs"
	"path"
	"regexp"
	"strings"

	"impact/manifest"
)

// A sqlText is the SQL of a node and the file that its places refer to.
type sqlText struct {
	text string
	file string // relative to the dbt project
	// source is the node's own file, also relative to the dbt project.
	source string
	// rendered says that text was made from the node's own file by replacing
	// its Jinja; shift then leads back to the places of that file.
	rendered bool
	shift    []segment
}

// A segment says that text from offset at on stands in the raw file at raw.
type segment struct{ at, raw int }

// rawOffset leads from an offset of rendered text back to the raw file.
func (s *sqlText) rawOffset(pos int) int {
	raw := pos
	for _, seg := range s.shift {
		if seg.at > pos {
			break
		}
		raw = seg.raw + pos - seg.at
	}
	return raw
}

// sqlOf finds the SQL of a node: compiled in the manifest, else in the file
// under target/compiled, else raw code whose Jinja is only references.
func (b *builder) sqlOf(n *manifest.Node) (sqlText, state) {
	t, s := b.findSQL(n)
	t.source = packageFile(b.in.Manifest, n.PackageName, n.Path)
	return t, s
}

func (b *builder) findSQL(n *manifest.Node) (sqlText, state) {
	if n.Language == "python" || strings.HasSuffix(n.Path, ".py") {
		return sqlText{}, python
	}
	file := n.CompiledPath
	if file == "" && n.Path != "" {
		file = path.Join("target", "compiled", n.PackageName, n.Path)
	}
	if strings.TrimSpace(n.Compiled) != "" {
		return sqlText{text: n.Compiled, file: file}, bound
	}
	if b.in.Files != nil && file != "" && fs.ValidPath(file) {
		if src, err := fs.ReadFile(b.in.Files, file); err == nil && len(strings.TrimSpace(string(src))) > 0 {
			return sqlText{text: string(src), file: file}, bound
		}
	}
	if t, ok := b.render(n); ok {
		return t, bound
	}
	return sqlText{}, notCompiled
}

// jinjaTag matches the shortest Jinja expression, statement or comment.
var jinjaTag = regexp.MustCompile(`(?s)\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}`)

var (
	jinjaConfig = regexp.MustCompile(`(?s)^config\(.*\)$`)
	jinjaText   = regexp.MustCompile(`^(?:'([^'{}]*)'|"([^"{}]*)"|(-?\d+(?:\.\d+)?))$`)
)

// render replaces the Jinja of raw code, if there is none but references to
// relations, configuration and literals.
func (b *builder) render(n *manifest.Node) (sqlText, bool) {
	raw := n.RawCode
	if strings.TrimSpace(raw) == "" {
		return sqlText{}, false
	}
	var sb strings.Builder
	t := sqlText{file: n.Path, rendered: true}
	at := 0
	for _, m := range jinjaTag.FindAllStringIndex(raw, -1) {
		sb.WriteString(raw[at:m[0]])
		text, ok := b.tag(n, raw[m[0]:m[1]])
		if !ok {
			return sqlText{}, false
		}
		sb.WriteString(text)
		at = m[1]
		t.shift = append(t.shift, segment{at: sb.Len(), raw: at})
	}
	sb.WriteString(raw[at:])
	t.text = sb.String()
	if strings.Contains(t.text, "{{") || strings.Contains(t.text, "{%") || strings.TrimSpace(t.text) == "" {
		return sqlText{}, false
	}
	return t, true
}

// tag renders one Jinja tag.
func (b *builder) tag(n *manifest.Node, tag string) (string, bool) {
	inner := strings.Trim(tag[2:len(tag)-2], "-+ \t\r\n")
	switch {
	case strings.HasPrefix(tag, "{#"):
		return "", true
	case strings.HasPrefix(tag, "{%"):
		return "", strings.HasPrefix(inner, "snapshot ") || inner == "endsnapshot"
	case jinjaConfig.MatchString(inner):
		return "", true
	case inner == "this":
		return relationName(n), true
	}
	if m := jinjaText.FindStringSubmatch(inner); m != nil {
		return m[1] + m[2] + m[3], true
	}
	if ref, ok := manifest.ParseReference(inner); ok {
		return b.refName(n, ref)
	}
	return "", false
}

// refName is the relation that a reference means: one of the nodes that dbt
// found.
func (b *builder) refName(n *manifest.Node, ref manifest.Reference) (string, bool) {
	var hit *manifest.Node
	for _, id := range n.DependsOn {
		if p := b.in.Manifest.Node(id); p != nil && ref.Matches(p) && (hit == nil || p.Latest) {
			hit = p
		}
	}
	if hit == nil {
		return "", false
	}
	if hit.Materialized == "ephemeral" {
		return "__dbt__cte__" + hit.Name, true
	}
	return relationName(hit), true
}

// relationName is the name of a node's relation in SQL.
func relationName(n *manifest.Node) string {
	if n.RelationName != "" {
		return n.RelationName
	}
	name := n.Alias
	if name == "" {
		name = n.Name
	}
	parts := make([]string, 0, 3)
	for _, p := range []string{n.Database, n.Schema, name} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ".")
}
