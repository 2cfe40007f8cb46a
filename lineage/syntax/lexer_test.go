package syntax

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestTokensOfEachDialect(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		d    *Dialect
		src  string
		want []string
	}{
		{"words and keywords keep their text", bigquery, "select Foo_1", []string{"select", "Foo_1"}},
		{"a dot before digits belongs to a path", bigquery, "d.2020_x .5 1.5 a.1", []string{"d", ".", "2020_x", ".5", "1.5", "a", ".", "1"}},
		{"a number before a dotted name ends at the dot", bigquery, "my-p-123.d", []string{"my", "-", "p", "-", "123", ".", "d"}},
		{"exponents", bigquery, "1e5 1e 2.5E-3 1.e2", []string{"1e5", "1", "e", "2.5E-3", "1.e2"}},
		{"hexadecimal", bigquery, "0xFf 0x", []string{"0xFf", "0", "x"}},
		{"strings with prefixes", bigquery, `r'\' b"x" Rb'y' x'z'`, []string{`r'\' b"x" Rb'`, "y", "' x'", "z", "'"}},
		{"triple quotes", bigquery, `'''a'b''c''' """d"""`, []string{`'''a'b''c'''`, `"""d"""`}},
		{"comments of BigQuery", bigquery, "a # b\nc -- d\ne /* f */ g", []string{"a", "c", "e", "g"}},
		{"comments do not nest in BigQuery", bigquery, "/* /* */ a", []string{"a"}},
		{"comments nest in PostgreSQL", postgres, "/* /* */ */ a", []string{"a"}},
		{"slashes begin comments in Snowflake", snowflake, "a // b\nc", []string{"a", "c"}},
		{"slashes divide in DuckDB", duckdb, "a // b", []string{"a", "//", "b"}},
		{"dashes want a space in MySQL", mysql, "a --b\n-- c", []string{"a", "-", "-", "b"}},
		{"comments with a version are read in MySQL", mysql, "/*!50001 a */ b * /*!c*/ /* d */", []string{"a", "b", "*", "c"}},
		{"double quotes", postgres, `"a""b" 'c''d'`, []string{`"a""b"`, `'c''d'`}},
		{"brackets of SQL Server", sqlserver, "[a]]b].[c] @x #t", []string{"[a]]b]", ".", "[c]", "@x", "#t"}},
		{"operators are the longest that fit", postgres, "a->>b #>> @> <@ !~* ||/ <=> ::", []string{"a", "->>", "b", "#>>", "@>", "<@", "!~*", "||/", "<=>", "::"}},
		{"two greater-thans stay two", bigquery, "a>>b>=c", []string{"a", ">", ">", "b", ">=", "c"}},
		{"parameters", bigquery, "@a @@b @`c d` ?", []string{"@a", "@@b", "@`c d`", "?"}},
		{"dollars", postgres, "$1 $$a$$ $x$ $$ $x$", []string{"$1", "$$a$$", "$x$ $$ $x$"}},
		{"numbers with underscores and suffixes", spark, "1L 1.5BD 2fa 3", []string{"1L", "1.5BD", "2fa", "3"}},
		{"wide spaces", bigquery, "a\u00a0b\u3000c\ufeffd", []string{"a", "b", "c", "d"}},
		{"letters beyond ASCII", bigquery, "顧客 é", []string{"顧客", "é"}},
		{"a string without an end reaches to the line's", bigquery, "'a\nb", []string{"'a", "b"}},
		{"a string over lines", postgres, "'a\nb'", []string{"'a\nb'"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, tok := range lex(c.src, c.d) {
				if tok.kind != tokEOF {
					got = append(got, tok.text(c.src))
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestKeywordsAreFoundWithoutRegardToCase(t *testing.T) {
	t.Parallel()
	for i, text := range keywordTexts {
		for _, word := range []string{text, strings.ToLower(text)} {
			if kw := findKeyword(word, Fold(word)); kw != keyword(i+1) || kw.String() != text {
				t.Errorf("%s is found as %v", word, kw)
			}
		}
	}
	if kw := findKeyword("nokeyword", Fold("nokeyword")); kw != 0 {
		t.Errorf("found %v", kw)
	}
	if kwSelect.String() != "SELECT" || kwSafeOffset.String() != "SAFE_OFFSET" || kwZone.String() != "ZONE" {
		t.Error("constants and texts are out of step")
	}
}

// checkTokens returns what is wrong with the tokens of a text: they must lie in
// order, and between them only spaces and comments.
func checkTokens(src string, d *Dialect) string {
	last := Pos(0)
	for _, tok := range lex(src, d) {
		if tok.pos < last || tok.end < tok.pos || int(tok.end) > len(src) || tok.pos == tok.end && tok.kind != tokEOF {
			return "token out of order: " + tok.describe(src)
		}
		if gap := src[last:tok.pos]; strings.Trim(gap, " \t\r\n\v\f") != "" && !isComment(gap) {
			return "lost: " + gap
		}
		if tok.kind == tokIdent && tok.hash != Fold(tok.text(src)) {
			return "wrong hash: " + tok.text(src)
		}
		last = tok.end
	}
	if int(last) != len(src) {
		return "the end is lost"
	}
	return ""
}

func isComment(gap string) bool {
	if strings.Contains(gap, "--") || strings.Contains(gap, "#") || strings.Contains(gap, "/*") || strings.Contains(gap, "*/") || strings.Contains(gap, "//") {
		return true
	}
	for _, r := range gap {
		if r < utf8.RuneSelf && !strings.ContainsRune(" \t\r\n\v\f", r) {
			return false
		}
	}
	return true
}

func FuzzLex(f *testing.F) {
	for _, s := range []string{"select 'a' -- b\nfrom `c.d` /* e */", "r'''x''' b\"y\" $$z$$ @p", "1.5e3.x ->> \xff '", "[a]]b] #t E'\\n'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		for _, d := range []*Dialect{bigquery, postgres, snowflake, spark, sqlserver, mysql, generic} {
			if wrong := checkTokens(src, d); wrong != "" {
				t.Errorf("%s: %s", d.Name, wrong)
			}
			for _, tok := range lex(src, d) {
				switch tok.kind {
				case tokString:
					stringValue(src, &tok, d)
				case tokQuoted:
					identValue(src, &tok, d)
				}
				if tok.describe(src) == "" {
					t.Error("a token without description")
				}
			}
		}
	})
}
