package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"impact/lineage/effect"
)

// declaredRules reads the rules from the source of package effect, so that a
// new one without sentences or documentation is noticed.
func declaredRules(t testing.TB) []effect.Rule {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../effect/finding.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var rules []effect.Rule
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Names) != 1 || !strings.HasPrefix(spec.Names[0].Name, "Rule") || len(spec.Values) != 1 {
			return true
		}
		if value, ok := spec.Values[0].(*ast.BasicLit); ok {
			rule, err := strconv.Unquote(value.Value)
			if err != nil {
				t.Fatal(err)
			}
			rules = append(rules, effect.Rule(rule))
		}
		return true
	})
	if len(rules) < 20 {
		t.Fatalf("only %d rules found", len(rules))
	}
	return rules
}

func TestEveryRuleHasASentenceInEachLanguage(t *testing.T) {
	t.Parallel()
	for _, lang := range []Lang{English, Japanese} {
		c := lang.catalogue()
		if lang != English { // the analysis says it in English
			rules := declaredRules(t)
			for _, rule := range rules {
				if c.rules[rule].says == "" {
					t.Errorf("%s: %s has no sentence", lang, rule)
				}
				text := c.fill(c.rules[rule].says+c.rules[rule].fix, &effect.Finding{Rule: rule, Columns: []string{"a"}}, effect.Subject{Name: "s"}, effect.Target{Column: "c", Name: "r"})
				if strings.ContainsAny(text, "{}") {
					t.Errorf("%s: %s has an unknown placeholder: %s", lang, rule, text)
				}
			}
			if len(c.rules) != len(rules) {
				t.Errorf("%s: sentences for %d rules, there are %d", lang, len(c.rules), len(rules))
			}
		}
		for s := sectionBreaks; s < sections; s++ {
			if c.titles[s] == "" {
				t.Errorf("%s: section %d has no title", lang, s)
			}
		}
		for _, s := range effect.Severities() {
			if c.severities[s] == "" {
				t.Errorf("%s: %s has no name", lang, s)
			}
		}
	}
}

func TestHeadlinesFollowTheGrammar(t *testing.T) {
	t.Parallel()
	whole := effect.Coverage{Models: 3, Bound: 3}
	tests := []struct {
		name   string
		h      headline
		en, ja string
	}{
		{"nothing", headline{coverage: whole},
			"Nothing in this project reads x", "このプロジェクトで x を読むものはありません"},
		{"nothing as far as is known", headline{coverage: effect.Coverage{Models: 3, Bound: 2}},
			"Nothing that was understood reads x", "解析できた範囲で x を読むものはありません"},
		{"one of each", headline{broken: []tally{{"model", 1}, {"test", 1}}, lost: 1, columns: 1, tables: []string{"a.b"}},
			"Dropping x breaks 1 model and 1 test, silently loses 1 column and reaches 1 column of a.b",
			"x を削除すると、モデル 1 件・テスト 1 件が壊れ、1 列がエラーなしに消え、a.b の 1 列に影響します"},
		{"two kinds break and one thing more", headline{broken: []tally{{"model", 1}, {"test", 2}}, rows: 1},
			"Dropping x breaks 1 model and 2 tests, and decides the rows of 1 relation",
			"x を削除すると、モデル 1 件・テスト 2 件が壊れ、リレーション 1 件の行が変わります"},
		{"many", headline{broken: []tally{{"model", 2}}, columns: 5, tables: []string{"a.b", "a.c"}},
			"Dropping x breaks 2 models and reaches 5 columns of 2 destination tables",
			"x を削除すると、モデル 2 件が壊れ、連携先 2 テーブルの 5 列に影響します"},
		{"loads are held back", headline{broken: []tally{{"model", 1}}, stopped: 2, columns: 2, tables: []string{"a.b"}},
			"Dropping x breaks 1 model, stops 2 loads and reaches 2 columns of a.b",
			"x を削除すると、モデル 1 件が壊れ、ロード 2 件が止まり、a.b の 2 列に影響します"},
		{"no break", headline{lost: 2, rows: 1},
			"Dropping x breaks nothing, but silently loses 2 columns and decides the rows of 1 relation",
			"x を削除すると、壊れるものはありませんが、2 列がエラーなしに消え、リレーション 1 件の行が変わります"},
		{"only stale", headline{stale: 2},
			"Dropping x breaks nothing, but leaves 2 relations without updates",
			"x を削除すると、壊れるものはありませんが、リレーション 2 件の更新が止まります"},
		{"only values", headline{changed: 2},
			"Dropping x breaks nothing, but changes 2 columns",
			"x を削除すると、壊れるものはありませんが、2 列の値が変わります"},
		{"only notes", headline{notes: 2},
			"Dropping x breaks nothing; it is only mentioned in 2 places",
			"x を削除しても何も壊れません。参照だけが 2 件あります"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.h.column = "x"
			if got := english().headline(tt.h); got != tt.en {
				t.Errorf("en\n got %s\nwant %s", got, tt.en)
			}
			if got := japanese().headline(tt.h); got != tt.ja {
				t.Errorf("ja\n got %s\nwant %s", got, tt.ja)
			}
		})
	}
}
