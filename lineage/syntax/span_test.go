package syntax_test

import (
	"testing"

	"impact/internal/shared"
)

func TestSpansNestInTheCorpus(t *testing.T) {
	t.Parallel()
	for _, s := range compiledSQL(t, shared.Dir(t)) {
		if err := checkTree(s.parse()); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
	}
}

func TestSpansNestInTheGoogleSQLCases(t *testing.T) {
	t.Parallel()
	for _, c := range googleSQLCases(t) {
		s := sample{adapter: "bigquery", sql: c.SQL}
		if err := checkTree(s.parse()); err != nil {
			t.Errorf("%s: %v\n%s", c.ID, err, c.SQL)
		}
	}
}
