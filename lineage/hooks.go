package lineage

import (
	"strings"

	"impact/lineage/syntax"
	"impact/manifest"
)

// A Hook is SQL that dbt runs beside the models: before or after one of them, or
// as an operation at the start or the end of a run. It is no part of the graph.
type Hook struct {
	// Node is what the hook belongs to; an operation is a node of its own.
	Node *manifest.Node
	// Kind is pre-hook, post-hook or operation.
	Kind string
	// Raw is its text with its Jinja, and Text without it: "" where the Jinja is
	// more than references to relations, since dbt keeps hooks uncompiled.
	Raw, Text string

	sql sqlText
	at  int // where Raw stands in the node's own file, negative if it does not
}

// Hooks are the hooks of relations and the operations of the project, in the order
// of their nodes.
func (g *Graph) Hooks() []Hook {
	b := &builder{in: Input{Manifest: g.manifest}}
	var out []Hook
	for _, n := range g.manifest.Nodes {
		if n.Kind == manifest.KindOperation {
			t, _ := b.sqlOf(n)
			out = append(out, Hook{Node: n, Kind: "operation", Raw: n.RawCode, Text: t.text, sql: t, at: -1})
			continue
		}
		for _, h := range n.Config.Hooks {
			hook := Hook{Node: n, Kind: "pre-hook", Raw: h.SQL, at: strings.Index(n.RawCode, h.SQL)}
			if h.After {
				hook.Kind = "post-hook"
			}
			own := *n
			own.RawCode, own.Compiled = h.SQL, ""
			if t, ok := b.render(&own); ok {
				hook.Text, hook.sql = t.text, t
			}
			out = append(out, hook)
		}
	}
	return out
}

// Place is where the hook's text has a span: in the file of its model, if the
// hook is written there. Operations stand in dbt_project.yml.
func (g *Graph) HookPlace(h *Hook, span syntax.Span) *Place {
	if h.at < 0 || span.Pos < 0 || int(span.Pos) > len(h.Text) {
		return nil
	}
	p := linePlace(h.Node.RawCode, h.at+h.sql.rawOffset(int(span.Pos)), h.at+h.sql.rawOffset(int(max(span.End, span.Pos))))
	p.File = g.SourceFile(h.Node)
	return p
}
