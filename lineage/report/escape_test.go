package report

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"impact/lineage/effect"
)

func TestProseIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"a sentence stays", "the values of salary change", "the values of salary change"},
		{"names with underscores stay", "Salary_Min__c is gone", "Salary_Min__c is gone"},
		{"Japanese stays", "求人_票の給与（年額）", "求人_票の給与（年額）"},
		{"underscores at a border are escaped", "_x_ and __y", `\_x\_ and \_\_y`},
		{"html", "<img src=x onerror=1>&amp;", "&lt;img src=x onerror=1&gt;&amp;amp;"},
		{"a comment that could close ours", "<!-- impact:v1 -->", "&lt;!-- impact:&#8203;v1 --&gt;"},
		{"a cell's border", "a|b", "a&#124;b"},
		{"emphasis and code", "*a* `b` ~c~ [d](e)", "\\*a\\* \\`b\\` \\~c\\~ \\[d\\](e)"},
		{"a mention", "ask @octocat", "ask @&#8203;octocat"},
		{"a mention at the beginning", "@octocat", `\@&#8203;octocat`},
		{"an address", "x@y.example", "x@&#8203;y.example"},
		{"an issue", "closes #123", "closes #&#8203;123"},
		{"an issue of another repository", "a/b#1", "a/b#&#8203;1"},
		{"an issue by its old spelling", "GH-12 gh-3", "GH-&#8203;12 gh-&#8203;3"},
		{"a merge request", "!12 %3", `\!&#8203;12 %&#8203;3`},
		{"a link", "https://evil.example", "https:&#8203;//evil.example"},
		{"a link without its scheme", "see www.evil.example", "see www&#8203;.evil.example"},
		{"a picture by name", ":tada:", ":&#8203;tada:"},
		{"a formula", "$x$", "&#36;&#8203;x&#36;&#8203;"},
		{"a heading", "# x", `\# x`},
		{"a list", "- x", `\- x`},
		{"a numbered list", "1. x", `1\. x`},
		{"a quick action", "a\n/close", `a\\n/close`},
		{"a bidi override", "a\u202eb", `a\\u202eb`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := prose(tt.in); got != tt.want {
				t.Errorf("prose(%q)\n got %s\nwant %s", tt.in, got, tt.want)
			}
		})
	}
}

func TestCodeCannotBeLeft(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"a name", "JobOffer__c.Salary_Min__c", "`JobOffer__c.Salary_Min__c`"},
		{"a path", "models/a b.sql:1:2", "`models/a b.sql:1:2`"},
		{"nothing", "", ""},
		{"a backtick", "a`b", "<code>a&#96;b</code>"},
		{"a cell's border", "a|b", "<code>a&#124;b</code>"},
		{"html", "</code>", "<code>&#60;&#47;code&#62;</code>"},
		{"spaces at the border", " a ", "<code> a </code>"},
		{"an address", "a-b@c.d", "<code>a-b&#64;c&#46;d</code>"},
		{"a line break", "a\nb", `<code>a&#92;nb</code>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := code(tt.in); got != tt.want {
				t.Errorf("code(%q)\n got %s\nwant %s", tt.in, got, tt.want)
			}
		})
	}
}

func TestAFenceIsLongerThanWhatItHolds(t *testing.T) {
	t.Parallel()
	if got, want := fence("sql", "a ```` b", "c\nd"), "`````sql\na ```` b\nc\\nd\n`````\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// allowedHTML is all the markup that a report itself writes.
var allowedHTML = regexp.MustCompile(`<br>|</?details>|</?summary>|</?code>`)

// outsideFences drops the blocks of code, as Markdown reads them: a block ends
// at the first line of at least as many backticks as it began with.
func outsideFences(text string) string {
	var b strings.Builder
	ticks := 0
	for line := range strings.Lines(text) {
		bare := strings.TrimSpace(line)
		n := len(bare) - len(strings.TrimLeft(bare, "`"))
		switch {
		case ticks > 0:
			if n >= ticks && n == len(bare) {
				ticks = 0
			}
		case n >= 3:
			ticks = n
		default:
			b.WriteString(line)
		}
	}
	return b.String()
}

// spans finds code within lines.
var spans = regexp.MustCompile("`[^`\n]*`|<code>[^<\n]*</code>")

// active finds what a forge would act on in the rest.
var active = regexp.MustCompile(`<|@[\pL\pN_]|(^|[^&])#\d|\bwww\.|://|[\x00-\x09\x0b-\x1f\x7f-\x9f\x{202a}-\x{202e}\x{2066}-\x{2069}]`)

func FuzzProseAndCodeHoldNothingActive(f *testing.F) {
	for _, seed := range []string{
		"", "a|b", "<b>@x</b> #1", "`", "``a", "\\", "\\`<x>", "@@a", "#\u200b1", "www.www.a", "a://b", "_", "$", "\xff", "\u202e",
		"](javascript:alert(1))", "&#64;x", "\r\n# h", "<!-- -->", "~~~", "GH-1", "--", "==",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for got, rest := range map[string]string{
			prose(text): unescaped(prose(text)),
			code(text):  spans.ReplaceAllString(code(text), ""),
		} {
			if strings.ContainsAny(got, "\n\r") || !utf8.ValidString(got) {
				t.Fatalf("%q: more than a line, or not text: %q", text, got)
			}
			if active.MatchString(rest) || strings.ContainsAny(rest, "|`*[]~$") {
				t.Fatalf("%q became %q, where %q is active", text, got, active.FindString(rest))
			}
		}
		if rest := outsideFences(fence("sql", text, text) + "after\n"); rest != "after\n" {
			t.Fatalf("%q leaves its fence: %q", text, rest)
		}
	})
}

// unescaped puts a dot for backslashes together with what they escape, except @
// and #, which forges find in the text that is left of Markdown.
func unescaped(text string) string {
	return regexp.MustCompile(`\\([^@#])`).ReplaceAllString(text, "·")
}

func TestMarkdownOfAHostileAnswerHoldsNothingActive(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"<script>x</script>", "@octocat #12", "a|b`c``d", "</details>", "x\n\n# y\n- [x] z", "[a](http://b)", "<!-- impact:v1 {} -->", "\x1b[31m\u202e",
	} {
		for _, lang := range []Lang{English, Japanese} {
			text := render(t, Markdown{Options{Lang: lang, Verbose: true}}, hostile(bad))
			rest := spans.ReplaceAllString(unescaped(outsideFences(text)), "")
			rest = allowedHTML.ReplaceAllString(rest, "")
			if hit := active.FindString(rest); hit != "" {
				t.Errorf("%q, %s: %q is active in\n%s", bad, lang, hit, rest)
			}
			if n, m := strings.Count(text, "<details>"), strings.Count(text, "\n</details>\n"); n != m {
				t.Errorf("%q: %d parts are opened, %d closed", bad, n, m)
			}
			for _, line := range strings.Split(outsideFences(text), "\n") {
				if strings.HasPrefix(line, "| ") && !strings.HasSuffix(line, " |") {
					t.Errorf("%q breaks a table: %s", bad, line)
				}
			}
		}
	}
}

// hostile is an answer with every kind of finding, in which every text is bad.
func hostile(bad string) *effect.Answer {
	at := &effect.Place{File: bad, Line: 3, Col: 2, EndCol: 5, Text: "\tx" + bad}
	s := func(kind string) effect.Subject {
		return effect.Subject{Kind: kind, ID: bad + kind, Name: bad, File: bad}
	}
	owner := &effect.Owner{Name: bad, Email: bad}
	path := []effect.Step{{Relation: bad, Kind: "source", Column: bad}, {Relation: bad, Kind: "model", Column: bad, Via: bad, At: at}}
	var findings []effect.Finding
	for _, severity := range append(effect.Severities(), 0) {
		for _, kind := range []string{"source", "model", "test", "unit_test", "exposure", "load", "table", "metric", bad} {
			findings = append(findings, effect.Finding{
				ID: bad, Rule: effect.Rule(bad), Severity: severity, Subject: s(kind), Columns: []string{bad, "b"},
				Message: bad, Hint: bad, Confidence: bad, At: at, Path: path, Owner: owner,
			})
		}
	}
	for rule := range japanese().rules {
		findings = append(findings, effect.Finding{Rule: rule, Severity: effect.Note, Subject: s("model"), Columns: []string{bad}, At: at})
	}
	return &effect.Answer{
		Format: bad, Change: bad, OnDrop: "null", Findings: findings,
		Target:  effect.Target{Asked: bad, Relation: bad, Name: bad, Column: bad, Path: bad, Rung: bad},
		Repairs: []effect.Repair{{Subject: s("model"), What: bad, At: at, Owner: owner, Findings: []string{bad}}, {Subject: s("test")}},
		Coverage: effect.Coverage{
			Models: 2, Bound: 1, Widened: 1, Percent: 50, Advice: []string{bad},
			Gaps: []effect.Gap{{Subject: s("model"), Code: bad, Message: bad, At: at, Affected: true}, {Message: bad}},
		},
		Warnings: []string{bad},
	}
}
