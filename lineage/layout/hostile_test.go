package layout_test

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/layout"
)

// hostile are names that try to leave their label.
func hostile() []string {
	return []string{
		`end`, `graph`, `n1`, `-->`, `"];`, `"]; n1 --> n2; x["`, "a\nb", "a\r\nn1 -->|x| n2", `\`, `\"`, `a\`, `\N\G\l`,
		`<b>bold</b>`, `<script>alert(1)</script>`, `&lt;&amp;&#34;`, `#quot;`, `#35;`, "`**md**`", "1. one", "- one",
		"# title", "> quote", "x __init__ y", "*a*", "{|}", "<r>|<c1>", "a|b", "a b  c", "  ", "", "%%", "%%{init: {}}%%",
		`click n1 "javascript:alert(1)"`, "style:#fff;", "classDef x:#y;", "subgraph", ":::model", "https://example.com",
		"\u202egnp.exe", "a\u200bb", "\x00\x1b[31m", "\x9b", "bad\xffutf8", "求人　票", "が", "\u0301x", "\u3164", "…",
		strings.Repeat("長", 500), "$$x^2$$", "fa:fa-car", "@{ shape: rect }", "'", "`", "~~~", "\u2028",
	}
}

func hostileDoc(names []string) *layout.Document {
	doc := &layout.Document{Format: layout.Format}
	kinds := []string{"source", "model", "table", "exposure", `"]; evil`}
	for i, n := range names {
		r := layout.Relation{ID: fmt.Sprintf("%d%s", i, n), Kind: kinds[i%len(kinds)], Name: n}
		if i%2 == 1 {
			r.Columns = []layout.Column{{Name: n}, {Name: "f", Path: n + "x"}}
		}
		doc.Relations = append(doc.Relations, r)
		if i > 0 {
			doc.Edges = append(doc.Edges, layout.Edge{
				From: layout.Ref{Relation: doc.Relations[i-1].ID}, To: layout.Ref{Relation: r.ID}, Kind: n, Confidence: n,
			})
		}
		if i > 1 && i%2 == 1 {
			from := doc.Relations[i-2]
			doc.Edges = append(doc.Edges, layout.Edge{
				From: layout.Ref{Relation: from.ID, Column: from.Columns[0].Name, Path: from.Columns[0].Path},
				To:   layout.Ref{Relation: r.ID, Column: "f", Path: n + "x"}, Kind: "direct", Confidence: "exact",
			})
			doc.Uses = append(doc.Uses, layout.Use{Relation: from.ID, Column: "f", Path: from.Columns[1].Path, Kind: n, Of: r.ID, Confidence: n})
		}
	}
	return doc
}

// The two drawings of a document show the same texts, and nothing in them is
// anything but what the drawing says it is.
func TestHostileNamesStayLabels(t *testing.T) {
	t.Parallel()
	var hostileNames []string
	for _, n := range hostile() {
		if n != "" { // a column without a name is a relation
			hostileNames = append(hostileNames, n)
		}
	}
	checkDrawings(t, hostileDoc(hostileNames))
}

func FuzzNamesStayLabels(f *testing.F) {
	for _, n := range hostile() {
		f.Add(n, "x")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if a == "" || b == "" {
			return
		}
		checkDrawings(t, hostileDoc([]string{a, b, a + b, b + a}))
	})
}

func checkDrawings(t *testing.T, doc *layout.Document) {
	t.Helper()
	var dot, mmd bytes.Buffer
	if err := layout.DOT(&dot, doc); err != nil {
		t.Fatal(err)
	}
	if err := layout.Mermaid(&mmd, doc); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	for _, r := range doc.Relations {
		want[r.Name]++
		for _, c := range r.Columns {
			if c.Path != "" {
				want[c.Name+"."+c.Path]++
			} else {
				want[c.Name]++
			}
		}
	}
	shown := map[string]int{}
	for name, n := range want {
		shown[layout.Label(name)] += n
	}
	if diff := cmp.Diff(shown, dotLabels(t, dot.String())); diff != "" {
		t.Errorf("labels in DOT (-want +got):\n%s\n%s", diff, dot.String())
	}
	got := mermaidLabels(t, mmd.String())
	if rows := got["rows"] - shown["rows"]; rows > 0 {
		got["rows"] -= rows
		if got["rows"] == 0 {
			delete(got, "rows")
		}
	}
	if diff := cmp.Diff(shown, got); diff != "" {
		t.Errorf("labels in Mermaid (-want +got):\n%s\n%s", diff, mmd.String())
	}
}

var (
	quoted   = `"(?:[^"\\]|\\.)*"`
	dotLines = []*regexp.Regexp{
		regexp.MustCompile(`^// impact\.graph/1: \d+ relations, \d+ lines$`),
		regexp.MustCompile(`^digraph lineage \{$`),
		regexp.MustCompile(`^  (graph|node|edge) \[(\w+=([\w.]+|` + quoted + `)(, )?)+\];$`),
		regexp.MustCompile(`^  subgraph cluster_[a-z]+ \{$`),
		regexp.MustCompile(`^    label="[a-z ]+"; color="#\w{6}"; fontcolor="#\w{6}"; style=rounded;$`),
		regexp.MustCompile(`^  n\d+(:\w+)? -> n\d+(:\w+)? \[tooltip=` + quoted + `(, style=\w+)?(, color="#b26a00")?\];$`),
		regexp.MustCompile(`^  \}$|^\}$`),
	}
	dotNode = regexp.MustCompile(`^ +n\d+ \[(shape=record, )?label=(` + quoted + `), tooltip=` + quoted + `, fillcolor="#\w{6}", color="#\w{6}"\];$`)
)

// dotLabels reads the labels of a drawing as Graphviz does, and fails at any
// line that is not one of ours.
func dotLabels(t *testing.T, text string) map[string]int {
	t.Helper()
	labels := map[string]int{}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if m := dotNode.FindStringSubmatch(line); m != nil {
			inner := m[2][1 : len(m[2])-1]
			if m[1] == "" {
				labels[html.UnescapeString(dotUnescape(inner))]++
				continue
			}
			for _, field := range dotFields(inner) {
				labels[html.UnescapeString(field)]++
			}
			continue
		}
		if !matches(dotLines, line) {
			t.Errorf("a line of DOT that nobody wrote: %q", line)
		}
	}
	return labels
}

func matches(res []*regexp.Regexp, line string) bool {
	for _, re := range res {
		if re.MatchString(line) {
			return true
		}
	}
	return false
}

// dotUnescape takes the backslashes off a label.
func dotUnescape(s string) string {
	return regexp.MustCompile(`\\(.)`).ReplaceAllString(s, "$1")
}

// dotFields splits the label of a record, whose fields are "<port> text", with
// "\l" behind all but the first.
func dotFields(s string) []string {
	var out []string
	var field strings.Builder
	flush := func() {
		text := regexp.MustCompile(`^<\w+> `).ReplaceAllString(field.String(), "")
		if len(out) > 0 {
			text = strings.TrimSuffix(text, `\l`)
		}
		out = append(out, dotUnescape(text))
		field.Reset()
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			field.WriteString(s[i : i+2])
			i++
		case '|':
			flush()
		default:
			field.WriteByte(s[i])
		}
	}
	flush()
	return out
}

var (
	mermaidString = `"((?:[^"#;\x60:<>&(){}\[\]|%*\\/]|#\d+;)*)"`
	mermaidLines  = []*regexp.Regexp{
		regexp.MustCompile(`^flowchart LR$`),
		regexp.MustCompile(`^  %% impact\.graph/1: \d+ relations, \d+ lines$`),
		regexp.MustCompile(`^  n\d+ (-->|-\.->\|` + mermaidString + `\|) n\d+$`),
		regexp.MustCompile(`^  end$`),
		regexp.MustCompile(`^  classDef [a-z]+ fill:#\w{6},stroke:#\w{6},color:#\w{6}$`),
		regexp.MustCompile(`^  class n\d+(,n\d+)* [a-z]+$`),
	}
	mermaidNode = regexp.MustCompile(`^ +(?:subgraph )?n\d+(?:\[|\[\(|\(\[)` + mermaidString + `(?:\]|\)\]|\]\))$`)
)

// mermaidLabels reads the labels of a drawing, and fails at any line that is not
// one of ours.
func mermaidLabels(t *testing.T, text string) map[string]int {
	t.Helper()
	labels := map[string]int{}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if m := mermaidNode.FindStringSubmatch(line); m != nil {
			labels[regexp.MustCompile(`#\d+;`).ReplaceAllStringFunc(m[1], func(s string) string {
				n, _ := strconv.Atoi(s[1 : len(s)-1])
				return string(rune(n))
			})]++
			continue
		}
		if !matches(mermaidLines, line) {
			t.Errorf("a line of Mermaid that nobody wrote: %q", line)
		}
	}
	return labels
}

func TestLabelsShowWhatIsNotSeen(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"求人　票":                   "求人　票",
		"a\nb\r\tc":              `a\nb\r\tc`,
		"\u202ex":                `\u202ex`,
		"\x1b[0m\x00":            `\x1b[0m\x00`,
		"\xff":                   `\xff`,
		"\u3164":                 `\u3164`,
		"\U000e0001":             `\U000e0001`,
		"plain_name.v2":          "plain_name.v2",
		strings.Repeat("長", 121): strings.Repeat("長", 120) + "…",
	} {
		got := layout.Label(in)
		if got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
		if !utf8.ValidString(got) {
			t.Errorf("%q is shown as invalid UTF-8", in)
		}
	}
}

func TestMermaidSaysWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	chain := func(n int, name string) *layout.Document {
		doc := &layout.Document{}
		for i := range n {
			doc.Relations = append(doc.Relations, layout.Relation{ID: strconv.Itoa(i), Kind: "model", Name: name + strconv.Itoa(i)})
			if i > 0 {
				doc.Edges = append(doc.Edges, layout.Edge{
					From: layout.Ref{Relation: strconv.Itoa(i - 1)}, To: layout.Ref{Relation: strconv.Itoa(i)}, Kind: "value", Confidence: "exact",
				})
			}
		}
		return doc
	}
	isolated := chain(3000, "a_rather_long_name_")
	isolated.Edges = nil
	withColumns := chain(502, "m")
	withColumns.Relations[0].Columns = []layout.Column{{Name: "a"}, {Name: "b"}}
	withColumns.Edges[0].From.Column = "b"
	withColumns.Relations[7].Columns = []layout.Column{{Name: "c"}}
	withColumns.Edges[7].From.Column = "c"
	for _, tt := range []struct {
		name string
		doc  *layout.Document
		want string // of the comment
	}{
		{"an empty document", &layout.Document{}, "%% impact.graph/1: 0 relations, 0 lines"},
		{"as many lines as Mermaid draws", chain(501, "m"), "%% impact.graph/1: 501 relations, 500 lines"},
		{"one more", chain(502, "m"), "%% impact.graph/1, cut: drawn are 501 of 502 relations and 500 of 501 lines"},
		{"with columns", withColumns, "%% impact.graph/1, cut: drawn are 501 of 502 relations, 2 of 3 columns and 500 of 501 lines"},
		{"more text than Mermaid reads", chain(400, strings.Repeat("長い", 50)+"\U0001f469"), "%% impact.graph/1, cut: drawn are 351 of 400 relations and 350 of 399 lines"},
		{"more relations without lines than Mermaid reads", isolated, "%% impact.graph/1, cut: drawn are 1294 of 3000 relations and 0 of 0 lines"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := layout.Mermaid(&b, tt.doc); err != nil {
				t.Fatal(err)
			}
			text := b.String()
			if got := strings.TrimSpace(strings.Split(text, "\n")[1]); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if n := strings.Count(text, "-->"); n > 500 {
				t.Errorf("%d lines", n)
			}
			if n := len(utf16.Encode([]rune(text))); n > 50_000 {
				t.Errorf("%d characters", n)
			}
			if cut := strings.Contains(tt.want, "cut"); cut != strings.Contains(text, "\n  n0{{") {
				t.Errorf("the node that says so is there: %t", !cut)
			}
		})
	}
}

func TestDrawingsRefuseDocumentsThatReferToWhatTheyLack(t *testing.T) {
	t.Parallel()
	a := layout.Relation{ID: "a", Columns: []layout.Column{{Name: "x"}}}
	for name, doc := range map[string]*layout.Document{
		"a relation twice":      {Relations: []layout.Relation{a, a}},
		"an edge to nowhere":    {Relations: []layout.Relation{a}, Edges: []layout.Edge{{From: layout.Ref{Relation: "a"}, To: layout.Ref{Relation: "b"}}}},
		"an edge to no column":  {Relations: []layout.Relation{a}, Edges: []layout.Edge{{From: layout.Ref{Relation: "a", Column: "y"}, To: layout.Ref{Relation: "a"}}}},
		"a use of a lost field": {Relations: []layout.Relation{a}, Uses: []layout.Use{{Relation: "a", Column: "x", Path: "y", Of: "a"}}},
		"a use by nobody":       {Relations: []layout.Relation{a}, Uses: []layout.Use{{Relation: "a", Column: "x", Of: "b"}}},
	} {
		var b bytes.Buffer
		if layout.DOT(&b, doc) == nil || layout.Mermaid(&b, doc) == nil || b.Len() > 0 {
			t.Errorf("%s was drawn", name)
		}
	}
}

func FuzzSelectorsAreReadOrRefused(f *testing.F) {
	for _, s := range []string{"", "+m0+", "2+m0.x+1,m1 tag:a", `"m0"`, "`p`.s.m0", "m0+m1", "@m0", "owner:\"a b\"+", "m0,", "\xff", "1+1+1"} {
		f.Add(s)
	}
	g := build(f, models("m0", "select 1 as x", "m1", "select x from p.s.m0"))
	f.Fuzz(func(t *testing.T, selector string) {
		part, err := layout.Select(g, selector)
		if err != nil {
			var name *layout.NameError
			var syntax *layout.SyntaxError
			if !errors.As(err, &name) && (!errors.As(err, &syntax) || syntax.Offset >= len(selector)) || err.Error() == "" {
				t.Errorf("%q: %v", selector, err)
			}
			return
		}
		checkDrawings(t, layout.Extract(g, part, layout.Options{Columns: true}))
	})
}
