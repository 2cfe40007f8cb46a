//go:build duckdb

package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/sync/plan"
	"impact/sync/run"
)

// build makes a DuckDB file with statements and returns its path.
func build(t testing.TB, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lake.duckdb")
	change(t, path, statements...)
	return path
}

func change(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// open opens a file whose model m is the relation main.t.
func open(t testing.TB, path string) *Source {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: path, Relations: map[string]string{"m": "main.t"}, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func read(t testing.TB, s *Source, order []run.Order, columns ...string) ([]string, bool) {
	t.Helper()
	m, err := s.Describe(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	st, err := s.Read(t.Context(), run.Query{Node: "m", Model: m, Columns: columns, OrderBy: order})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var out []string
	for {
		r, err := st.Next(t.Context())
		if errors.Is(err, io.EOF) {
			if int64(len(out)) != m.Rows {
				t.Fatalf("%d rows read, %d counted", len(out), m.Rows)
			}
			return out, st.Sorted()
		}
		if err != nil {
			t.Fatal(err)
		}
		parts := make([]string, len(r))
		for i, v := range r {
			if parts[i] = string(v); v == nil {
				parts[i] = "NULL"
			}
		}
		out = append(out, strings.Join(parts, "|"))
	}
}

func TestEveryTypeOfDuckDBIsReadExactly(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, typ string
		kind      plan.Kind
		values    []string
		want      []string
	}{
		{"boolean", "BOOLEAN", plan.Bool, []string{"true", "false", "NULL"}, []string{"1", "0", "NULL"}},
		{"tinyint", "TINYINT", plan.Int, []string{"-128"}, []string{"-128"}},
		{"smallint", "SMALLINT", plan.Int, []string{"-32768"}, []string{"-32768"}},
		{"integer", "INTEGER", plan.Int, []string{"-2147483648"}, []string{"-2147483648"}},
		{"bigint", "BIGINT", plan.Int, []string{"-9223372036854775808", "9223372036854775807", "NULL"}, []string{"-9223372036854775808", "9223372036854775807", "NULL"}},
		{"utinyint", "UTINYINT", plan.Int, []string{"255"}, []string{"255"}},
		{"usmallint", "USMALLINT", plan.Int, []string{"65535"}, []string{"65535"}},
		{"uinteger", "UINTEGER", plan.Int, []string{"4294967295"}, []string{"4294967295"}},
		{"ubigint", "UBIGINT", plan.Int, []string{"18446744073709551615"}, []string{"18446744073709551615"}},
		{"hugeint", "HUGEINT", plan.Int, []string{"-170141183460469231731687303715884105728"}, []string{"-170141183460469231731687303715884105728"}},
		{"uhugeint", "UHUGEINT", plan.Int, []string{"340282366920938463463374607431768211455"}, []string{"340282366920938463463374607431768211455"}},
		{"bignum", "BIGNUM", plan.Int, []string{"'123456789012345678901234567890123456789012345678901234567890'", "'-1'"}, []string{"123456789012345678901234567890123456789012345678901234567890", "-1"}},
		{"float", "FLOAT", plan.Float, []string{"1.5", "0.1"}, []string{"1.5", "0.10000000149011612"}},
		{"double", "DOUBLE", plan.Float, []string{"0.1", "1e300", "'nan'", "'inf'", "'-inf'"}, []string{"0.1", "1e+300", "NaN", "Infinity", "-Infinity"}},
		{"decimal", "DECIMAL(18,2)", plan.Decimal, []string{"-1234567890123456.78", "0.05", "-0.05", "7"}, []string{"-1234567890123456.78", "0.05", "-0.05", "7.00"}},
		{"decimal of 38 digits", "DECIMAL(38,9)", plan.Decimal, []string{"12345678901234567890123456789.987654321"}, []string{"12345678901234567890123456789.987654321"}},
		{"varchar", "VARCHAR", plan.String, []string{"'看護師'", "''", "NULL", "'a'||chr(0)||'b'"}, []string{"看護師", "", "NULL", "a\x00b"}},
		{"blob", "BLOB", plan.Bytes, []string{`'\x00\xFF'::BLOB`, "''::BLOB"}, []string{"\x00\xff", ""}},
		{"bit", "BIT", plan.String, []string{"'10101'"}, []string{"10101"}},
		{"uuid", "UUID", plan.String, []string{"'00112233-4455-6677-8899-aabbccddeeff'"}, []string{"00112233-4455-6677-8899-aabbccddeeff"}},
		{"enum", "ENUM('b', 'a')", plan.String, []string{"'b'"}, []string{"b"}},
		{"date", "DATE", plan.Date, []string{"'1969-12-31'", "'0001-01-01'", "'9999-12-31'", "'infinity'"}, []string{"1969-12-31", "0001-01-01", "9999-12-31", "5881580-07-11"}},
		{"time", "TIME", plan.Time, []string{"'23:59:59.999999'", "'00:00:00'", "'24:00:00'"}, []string{"23:59:59.999999", "00:00:00", "24:00:00"}},
		{"time with zone", "TIMETZ", plan.String, []string{"'12:00:00+09:00'"}, []string{"12:00:00+09"}},
		{"timestamp", "TIMESTAMP", plan.DateTime, []string{"'2024-02-29 01:02:03.4'", "'0001-01-01'", "'9999-12-31 23:59:59.999999'"}, []string{"2024-02-29 01:02:03.4", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999"}},
		{"timestamp in seconds", "TIMESTAMP_S", plan.DateTime, []string{"'1969-12-31 23:59:59'"}, []string{"1969-12-31 23:59:59"}},
		{"timestamp in milliseconds", "TIMESTAMP_MS", plan.DateTime, []string{"'1969-12-31 23:59:59.001'"}, []string{"1969-12-31 23:59:59.001"}},
		{"timestamp in nanoseconds", "TIMESTAMP_NS", plan.DateTime, []string{"'2024-02-29 01:02:03.123456789'"}, []string{"2024-02-29 01:02:03.123456789"}},
		{"timestamp with zone", "TIMESTAMPTZ", plan.Timestamp, []string{"'2024-02-29 01:02:03.5+09:00'"}, []string{"2024-02-28 16:02:03.5"}},
		{"interval", "INTERVAL", plan.String, []string{"INTERVAL '14 months 3 days 2.025 seconds'", "INTERVAL '-14 months -3 days -3661 seconds'"}, []string{"1-2 3 0:0:2.025", "-1-2 -3 -1:1:1"}},
		{"json", "JSON", plan.JSON, []string{`'{"b": 1, "a": [1.50, 12345678901234567890.5]}'`}, []string{`{"b": 1, "a": [1.50, 12345678901234567890.5]}`}},
		{"list", "BIGINT[]", plan.JSON, []string{"[1, NULL, -3]", "[]", "NULL", "[9007199254740993]"}, []string{"[1,null,-3]", "[]", "NULL", `["9007199254740993"]`}},
		{"array", "INTEGER[2]", plan.JSON, []string{"[1, 2]"}, []string{"[1,2]"}},
		{"struct", `STRUCT(a BIGINT, "b ""c" VARCHAR)`, plan.JSON, []string{`{'a': 1, 'b "c': 'x"\é'}`, "NULL", `{'a': NULL, 'b "c': NULL}`}, []string{`{"a":1,"b \"c":"x\"\\é"}`, "NULL", `{"a":null,"b \"c":null}`}},
		{"list of structs", "STRUCT(a BIGINT)[]", plan.JSON, []string{"[{'a': 1}, NULL]"}, []string{`[{"a":1},null]`}},
		{"map", "MAP(VARCHAR, DOUBLE)", plan.JSON, []string{"MAP {'z': 1.5, 'a': NULL}", "MAP {}"}, []string{`{"z":1.5,"a":null}`, "{}"}},
		{"map of numbers", "MAP(BIGINT, BIGINT)", plan.JSON, []string{"MAP {1: 2}"}, []string{`{"1":2}`}},
		{"map of dates", "MAP(DATE, TIME)", plan.JSON, []string{"MAP {'2024-01-01': '01:02:03'}"}, []string{`{"2024-01-01":"01:02:03"}`}},
		{"union", "UNION(num INTEGER, str VARCHAR)", plan.JSON, []string{"union_value(str := 'x')"}, []string{`{"str":"x"}`}},
		{"values inside of JSON", `STRUCT(d DECIMAL(20,2), e DECIMAL(20,2), t BOOLEAN, bin BLOB, day DATE, "at" TIMESTAMPTZ, wall TIMESTAMP, ns TIMESTAMP_NS, clock TIME, f DOUBLE, g FLOAT, j JSON, u UUID, h HUGEINT, i INTERVAL, n ENUM('x'))`, plan.JSON,
			[]string{`{'d': 12.30, 'e': 7, 't': true, 'bin': '\x00\xFF'::BLOB, 'day': DATE '2024-02-29', 'at': TIMESTAMPTZ '2024-02-29 01:02:03.5Z', 'wall': TIMESTAMP '0001-02-28 01:02:03', 'ns': TIMESTAMP_NS '2024-02-29 01:02:03.123456789', 'clock': TIME '24:00:00', 'f': 1234567, 'g': 1.5, 'j': '{"x": [1.50]}', 'u': '00112233-4455-6677-8899-aabbccddeeff', 'h': 9007199254740993, 'i': INTERVAL '1 day', 'n': 'x'}`},
			[]string{`{"d":"12.3","e":7,"t":true,"bin":"AP8=","day":"2024-02-29","at":"2024-02-29T01:02:03.5Z","wall":"0001-02-28T01:02:03","ns":"2024-02-29T01:02:03.123456789","clock":"24:00:00","f":1234567,"g":1.5,"j":{"x":[1.50]},"u":"00112233-4455-6677-8899-aabbccddeeff","h":"9007199254740993","i":"0-0 1 0:0:0","n":"x"}`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			statements := []string{"SET TimeZone = 'Asia/Tokyo'", "CREATE TABLE t (n INTEGER, v " + c.typ + ")"}
			for i, v := range c.values {
				statements = append(statements, fmt.Sprintf("INSERT INTO t VALUES (%d, %s)", i, v))
			}
			s := open(t, build(t, statements...))
			m, err := s.Describe(t.Context(), "m")
			if err != nil {
				t.Fatal(err)
			}
			if m.Fields[1].Kind != c.kind {
				t.Errorf("kind %s, want %s", m.Fields[1].Kind, c.kind)
			}
			got, _ := read(t, s, []run.Order{{Column: "n", Numeric: true}}, "v")
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDigitsOfDecimalsAreKnown(t *testing.T) {
	t.Parallel()
	m, err := open(t, build(t, "CREATE TABLE t (a DECIMAL(12,2), b DECIMAL, c HUGEINT)")).Describe(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	want := []plan.Field{{Name: "a", Kind: plan.Decimal, Precision: 12, Scale: 2}, {Name: "b", Kind: plan.Decimal, Precision: 18, Scale: 3}, {Name: "c", Kind: plan.Int}}
	if d := cmp.Diff(want, m.Fields); d != "" {
		t.Error(d)
	}
}

func TestATypeThatTheDriverCannotReadIsReadAsText(t *testing.T) {
	t.Parallel()
	s := open(t, build(t, "CREATE TABLE t AS SELECT TIME_NS '01:02:03.000000004' AS v, 1 AS w"))
	if got, _ := read(t, s, nil, "v", "w"); got[0] != "01:02:03.000000004|1" {
		t.Error(got)
	}
}

func TestTextComesInTheOrderOfItsBytes(t *testing.T) {
	t.Parallel()
	s := open(t, build(t, `CREATE TABLE t ("the ""key" VARCHAR COLLATE NOCASE, n INTEGER, e ENUM('z', 'a'))`,
		`INSERT INTO t VALUES ('b', 10, 'a'), ('B', 9, 'z'), ('é', -1, 'a'), ('a', 100, 'z'), ('Z', 0, 'z')`))
	for _, c := range []struct {
		name  string
		order []run.Order
		want  string
		kept  bool
	}{
		{"text", []run.Order{{Column: `the "key`}}, "B Z a b é", true},
		{"numbers", []run.Order{{Column: "n", Numeric: true}}, "é Z B b a", true},
		{"numbers as text", []run.Order{{Column: "n"}}, "é Z b a B", true},
		{"enums as text", []run.Order{{Column: "e"}, {Column: "n", Numeric: true}}, "é b Z B a", true},
		{"text as numbers", []run.Order{{Column: `the "key`, Numeric: true}}, "", false},
	} {
		got, kept := read(t, s, c.order, `the "key`)
		if kept != c.kept || (kept && strings.Join(got, " ") != c.want) {
			t.Errorf("%s: %v %q", c.name, kept, got)
		}
	}
}

func TestManyRowsGoThroughATemporaryTable(t *testing.T) {
	t.Parallel()
	const rows = 3*partRows + 17
	s := open(t, build(t, fmt.Sprintf("CREATE TABLE t AS SELECT (i * 7919) %% %d AS id, 'v' || i AS v FROM range(%d) r(i)", rows, rows)))
	got, sorted := read(t, s, []run.Order{{Column: "id", Numeric: true}}, "id")
	if !sorted {
		t.Fatal("not sorted")
	}
	for i, v := range got {
		if v != fmt.Sprint(i) {
			t.Fatalf("row %d is %s", i, v)
		}
	}
	// Two at once, and again on the same connections.
	for range 2 {
		t.Run("again", func(t *testing.T) {
			t.Parallel()
			if got, _ := read(t, s, nil, "v", "id"); len(got) != rows {
				t.Error(len(got))
			}
		})
	}
}

func TestTheVersionChangesWithTheFile(t *testing.T) {
	t.Parallel()
	path := build(t, "CREATE TABLE t AS SELECT 1 AS a", "CREATE VIEW w AS SELECT * FROM t")
	describe := func() plan.Model {
		t.Helper()
		s, err := Open(t.Context(), Options{Path: path, Relations: map[string]string{"m": `"lake"."main"."t"`, "v": "w"}})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if v, err := s.Describe(t.Context(), "v"); err != nil || v.Version != "" || v.Rows != 1 {
			t.Fatalf("a view: %+v: %v", v, err)
		}
		m, err := s.Describe(t.Context(), "m")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.Describe(t.Context(), "m"); err != nil || again.Version != m.Version {
			t.Fatal(again, err)
		}
		return m
	}
	first := describe()
	if second := describe(); second.Version != first.Version || first.Version == "" {
		t.Fatal(first, second)
	}
	change(t, path, "UPDATE t SET a = 2")
	if third := describe(); third.Version == first.Version {
		t.Fatal(third)
	}
	s := open(t, path)
	if _, err := s.Read(t.Context(), run.Query{Node: "m", Model: first, Columns: []string{"a"}}); !errors.Is(err, ErrChanged) {
		t.Fatal(err)
	}
	// A file that is replaced while it is open is not read to its end.
	m, err := s.Describe(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	st, err := s.Read(t.Context(), run.Query{Node: "m", Model: m, Columns: []string{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if _, err := st.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(build(t, "CREATE TABLE t AS SELECT 3 AS a"), path); err != nil {
		t.Fatal(err)
	}
	if _, err := st.Next(t.Context()); !errors.Is(err, ErrChanged) {
		t.Fatal(err)
	}
}

// A run reads one file: DuckDB goes on reading the file that it has opened, and
// whatever went by the name would be of another one.
func TestAFileThatIsExchangedWhileItIsOpenIsNotRead(t *testing.T) {
	t.Parallel()
	ddl := []string{"CREATE TABLE t AS SELECT 1 AS a", "CREATE VIEW v AS SELECT * FROM t"}
	for _, node := range []string{"m", "v"} {
		t.Run(node, func(t *testing.T) {
			t.Parallel()
			path := build(t, ddl...)
			s, err := Open(t.Context(), Options{Path: path, Relations: map[string]string{"m": "main.t", "v": "main.v"}})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			m := plan.Model{Relation: "v", Fields: []plan.Field{{Name: "a", Kind: plan.Int}}, Rows: 1}
			var st run.Stream
			if node == "v" {
				if st, err = s.Read(t.Context(), run.Query{Node: node, Model: m, Columns: []string{"a"}}); err != nil {
					t.Fatal(err)
				}
				defer st.Close()
			}
			if err := os.Rename(build(t, ddl...), path); err != nil {
				t.Fatal(err)
			}
			if node == "m" { // its version would be that of the other file
				if m, err := s.Describe(t.Context(), node); !errors.Is(err, ErrChanged) {
					t.Fatal(m, err)
				}
				return
			}
			if _, err := s.Read(t.Context(), run.Query{Node: node, Model: m, Columns: []string{"a"}}); !errors.Is(err, ErrChanged) {
				t.Fatal(err)
			}
			for err == nil {
				_, err = st.Next(t.Context())
			}
			if !errors.Is(err, ErrChanged) {
				t.Fatal(err)
			}
		})
	}
}

func TestWhatCannotBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	path := build(t, "CREATE TABLE t AS SELECT 1 AS a, [union_value(x := 1)] AS u")
	text := filepath.Join(t.TempDir(), "text.duckdb")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database ", 10_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		opts Options
		want string
	}{
		"no path":                {Options{}, "no DuckDB file"},
		"a file that is not":     {Options{Path: filepath.Join(t.TempDir(), "gone.duckdb")}, "gone.duckdb"},
		"a folder":               {Options{Path: t.TempDir()}, "folder"},
		"another kind of file":   {Options{Path: text}, "text.duckdb"},
		"a name with a question": {Options{Path: path, Relations: map[string]string{"m": `"a`}}, "quote"},
		"four names":             {Options{Path: path, Relations: map[string]string{"m": "a.b.c.d"}}, "more than"},
		"a statement":            {Options{Path: path, Relations: map[string]string{"m": "t; DROP TABLE t"}}, "quotes"},
	} {
		if s, err := Open(t.Context(), c.opts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
			if s != nil {
				t.Fatal(s.Close())
			}
		}
	}
	s, err := Open(t.Context(), Options{Path: path, Relations: map[string]string{"m": "t", "gone": "main.gone", "other": "other.main.t"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for node, want := range map[string]string{"gone": "gone", "other": "database other", "x": "x does not exist"} {
		if _, err := s.Describe(t.Context(), node); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", node, err)
		}
	}
	m, err := s.Describe(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(t.Context(), run.Query{Node: "m", Model: m, Columns: []string{"u"}}); err == nil || !strings.Contains(err.Error(), "UNION") {
		t.Error(err)
	}
	if _, err := s.db.ExecContext(t.Context(), "CREATE TABLE x (a INTEGER)"); err == nil {
		t.Error("the file can be written to")
	}
	checks, err := s.Doctor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var health []string
	for _, c := range checks {
		health = append(health, string(c.Health))
	}
	if d := cmp.Diff([]string{"ok", "broken", "ok", "broken"}, health); d != "" {
		t.Error(d)
	}
}

func TestTheVersionOfDuckDBIsTheOneThatMessagesName(t *testing.T) {
	t.Parallel()
	s := open(t, build(t, "CREATE TABLE t AS SELECT 1 AS a"))
	var version string
	if err := s.db.QueryRowContext(t.Context(), "SELECT version()").Scan(&version); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(version, "v"+driverVersion+".") {
		t.Error(version)
	}
}

func TestAFileThatIsBeingWrittenIsNotOpened(t *testing.T) {
	t.Parallel()
	path := build(t, "CREATE TABLE t AS SELECT 1 AS a")
	// Within one program DuckDB shares the file, so that a lock is as good as a
	// writer in another one: what matters is the message.
	err := openError(path, errors.New("IO Error: Could not set lock on file"))
	if !strings.Contains(err.Error(), "another program") {
		t.Fatal(err)
	}
	err = openError(path, errors.New("IO Error: the database file was created with a newer version of DuckDB"))
	if !strings.Contains(err.Error(), "duckdb "+driverVersion) {
		t.Fatal(err)
	}
}

func TestACancelledContextIsAnErrorAndNotTheEnd(t *testing.T) {
	t.Parallel()
	s := open(t, build(t, "CREATE TABLE t AS SELECT i AS a FROM range(5) r(i)"))
	m, err := s.Describe(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	st, err := s.Read(ctx, run.Query{Node: "m", Model: m, Columns: []string{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if _, err := st.Next(ctx); err != nil {
		t.Fatal(err)
	}
	cancel()
	for err == nil {
		_, err = st.Next(ctx)
	}
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func BenchmarkRead(b *testing.B) {
	const rows = 500_000
	s := open(b, build(b, fmt.Sprintf("CREATE TABLE t AS SELECT i AS id, 'value ' || i AS s0, 'text ' || (i %% 1000) AS s1, (i * 1.25)::DECIMAL(18,2) AS d, TIMESTAMP '2024-01-01' + to_seconds(i) AS at, i %% 2 = 0 AS b, i / 3 AS f FROM range(%d) r(i)", rows)))
	for b.Loop() {
		if got, _ := read(b, s, []run.Order{{Column: "id", Numeric: true}}, "id", "s0", "s1", "d", "at", "b", "f"); len(got) != rows {
			b.Fatal(len(got))
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
