package config

import (
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"impact/internal/spelling"
	"impact/internal/yml"
)

// maxSize bounds an impact.yml; a real one has some kilobytes.
const maxSize = 256 << 10

// Options are what decoding depends on besides the file.
type Options struct {
	Env Lookup // nil: no variable is set
}

// Read decodes the file at path.
func Read(path string, opts Options) (*Config, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	if info.Size() > maxSize {
		return nil, &Error{File: path, Message: fmt.Sprintf("is larger than %d KiB", maxSize>>10)}
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	return Decode(path, src, opts)
}

// Decode decodes src, which is called file in messages. The error is an
// [Errors] with everything that is wrong.
func Decode(file string, src []byte, opts Options) (c *Config, err error) {
	// The nodes of the library are not ours: a panic in them is a broken file.
	defer func() {
		if p := recover(); p != nil {
			c, err = nil, Errors{{File: file, Message: fmt.Sprintf("is no YAML that can be read (%v)", p)}}
		}
	}()
	parsed, err := yml.Parse(src)
	if err != nil {
		return nil, Errors{unreadable(file, err)}
	}
	d := &decoder{config: Default(), env: opts.Env, anchors: map[string]ast.Node{}}
	d.config.File = file
	d.config.at = map[string]yml.Position{}
	switch len(parsed.Docs) {
	case 0:
	case 1:
		d.collect(parsed.Docs[0])
		d.file(parsed.Docs[0].Body)
	default:
		d.fail("", parsed.Docs[1].Body, "", "holds more than one document")
	}
	for _, e := range d.errors {
		e.File = file
	}
	errs := append(d.errors, d.config.problems(d.failed)...)
	if len(errs) > 0 {
		sort.SliceStable(errs, func(i, j int) bool {
			if errs[i].Line != errs[j].Line {
				return errs[i].Line < errs[j].Line
			}
			return errs[i].Col < errs[j].Col
		})
		return nil, errs
	}
	return d.config, nil
}

func unreadable(file string, err error) *Error {
	var syntax *yml.SyntaxError
	if errors.As(err, &syntax) {
		return &Error{File: file, Line: syntax.Line, Col: syntax.Col, Message: syntax.Message}
	}
	return &Error{File: file, Message: err.Error()}
}

// decoder walks the syntax tree; d.failed holds the paths that are wrong
// already, which Validate need not mention again.
type decoder struct {
	config  *Config
	env     Lookup
	anchors map[string]ast.Node
	errors  Errors
	failed  map[string]bool
}

// Visit gathers anchors.
func (d *decoder) Visit(n ast.Node) ast.Visitor {
	if a, ok := n.(*ast.AnchorNode); ok && a.Name != nil && a.Name.GetToken() != nil {
		d.anchors[a.Name.GetToken().Value] = a.Value
	}
	return d
}

func (d *decoder) collect(doc *ast.DocumentNode) {
	if doc.Body != nil {
		ast.Walk(d, doc.Body)
	}
}

func (d *decoder) fail(path string, n ast.Node, hint, format string, args ...any) {
	at := yml.Place(n)
	if d.failed == nil {
		d.failed = map[string]bool{}
	}
	d.failed[path] = true
	d.errors = append(d.errors, &Error{Line: at.Line, Col: at.Col, Path: path, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// entry is one member of a mapping.
type entry struct {
	key   string
	path  string
	node  ast.Node // of the key
	value ast.Node
}

// mapping returns the members of n, which may be empty or null. Keys that are
// none of known are errors, unless known is nil; so are keys given twice.
func (d *decoder) mapping(path string, n ast.Node, known []string) []entry {
	n = d.content(n)
	var values []*ast.MappingValueNode
	switch n := n.(type) {
	case nil, *ast.NullNode, *ast.CommentGroupNode:
		return nil
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		d.fail(path, n, "", "want a mapping, not %s", kindOf(n))
		return nil
	}
	var out []entry
	seen := map[string]bool{}
	for _, v := range values {
		e := entry{key: yml.Key(v), node: v.Key, value: v.Value}
		e.path = e.key
		if path != "" {
			e.path = path + "." + e.key
		}
		d.config.at[e.path] = yml.Place(v.Key)
		switch {
		case known != nil && !contains(known, e.key):
			d.fail(e.path, v.Key, spelling.Hint(e.key, known), "unknown key %q", e.key)
		case e.key == "":
			d.fail(path, v.Key, "", "a key is empty")
		case seen[e.key]:
			d.fail(e.path, v.Key, "", "is given twice")
		default:
			seen[e.key] = true
			out = append(out, e)
		}
	}
	return out
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

// text reads a string.
func (d *decoder) text(e entry) (string, bool) {
	switch n := d.content(e.value).(type) {
	case *ast.StringNode:
		if strings.TrimSpace(n.Value) == "" {
			d.fail(e.path, e.value, "", "is empty")
			return "", false
		}
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), true
	default:
		d.fail(e.path, placed(e.value, e.node), "", "want a string, not %s", kindOf(n))
		return "", false
	}
}

// path reads a string in which variables are replaced at once.
func (d *decoder) path(e entry) (string, bool) {
	s, ok := d.text(e)
	if !ok {
		return "", false
	}
	out, missing := expand(s, d.env)
	if len(missing) > 0 {
		d.fail(e.path, e.value, fmt.Sprintf("set it, or write ${%s:-default}", missing[0]), "environment variable %s is not set", strings.Join(missing, ", "))
		return "", false
	}
	return out, true
}

func (d *decoder) secret(e entry) Secret {
	s, ok := d.text(e)
	if !ok {
		return Secret{}
	}
	value, missing := expand(s, d.env)
	return Secret{value: value, missing: missing}
}

// paths reads a path or a list of them.
func (d *decoder) paths(e entry) []string {
	seq, ok := d.content(e.value).(*ast.SequenceNode)
	if !ok {
		if s, ok := d.path(e); ok {
			return []string{s}
		}
		return nil
	}
	var out []string
	for i, v := range seq.Values {
		item := entry{path: fmt.Sprintf("%s[%d]", e.path, i), node: v, value: v}
		d.config.at[item.path] = yml.Place(v)
		if s, ok := d.path(item); ok {
			out = append(out, s)
		}
	}
	return out
}

// content follows aliases and removes anchors and tags around a node.
func (d *decoder) content(n ast.Node) ast.Node {
	for range 32 {
		switch w := n.(type) {
		case *ast.AnchorNode:
			n = w.Value
		case *ast.TagNode:
			n = w.Value
		case *ast.AliasNode:
			if w.Value == nil || w.Value.GetToken() == nil {
				return nil
			}
			n = d.anchors[w.Value.GetToken().Value]
		default:
			return n
		}
	}
	return nil
}

func placed(n, fallback ast.Node) ast.Node {
	if n == nil {
		return fallback
	}
	return n
}

func kindOf(n ast.Node) string {
	switch n.(type) {
	case nil, *ast.NullNode:
		return "nothing"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.BoolNode:
		return "a boolean"
	case *ast.IntegerNode, *ast.FloatNode:
		return "a number"
	case *ast.StringNode, *ast.LiteralNode:
		return "a string"
	}
	return "this"
}
