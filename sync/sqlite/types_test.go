package sqlite_test

import (
	"fmt"
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

// typeCases have every type that Rails declares and some that others do: the
// values that come, and what SQLite keeps.
var typeCases = []struct {
	name, ddl string
	kind      plan.Kind
	in        []any
	want      []string // as text, with the storage class
}{
	{"INT64 in bigint", "bigint", plan.Int, []any{"-9223372036854775808", "9223372036854775807", "0", "007", nil}, []string{"integer -9223372036854775808", "integer 9223372036854775807", "integer 0", "integer 7", "null NULL"}},
	{"INT64 in integer", "integer", plan.Int, []any{"-12"}, []string{"integer -12"}},
	{"NUMERIC in integer", "integer", plan.Decimal, []any{"12.00"}, []string{"integer 12"}},
	{"BOOL in boolean", "boolean", plan.Bool, []any{"1", "0", nil}, []string{"integer 1", "integer 0", "null NULL"}},
	{"words in boolean", "boolean", plan.Unknown, []any{"true", "F", "1", ""}, []string{"integer 1", "integer 0", "integer 1", "null NULL"}},
	{"BOOL in varchar", "varchar", plan.Bool, []any{"1", "0"}, []string{"text true", "text false"}},
	{"NUMERIC in decimal(10,2)", "decimal(10,2)", plan.Decimal, []any{"12.5", "-0", "0.1", "99999999.99", "100", "-0.30"}, []string{"real 12.5", "integer 0", "real 0.1", "real 99999999.99", "integer 100", "real -0.3"}},
	{"NUMERIC in decimal(20,4), sixteen digits", "decimal(20,4)", plan.Decimal, []any{"123456789012.3456"}, []string{"real 123456789012.3456"}},
	{"whole numbers of any length in decimal", "decimal(19)", plan.Decimal, []any{"9223372036854775807", "1234567890123456789"}, []string{"integer 9223372036854775807", "integer 1234567890123456789"}},
	{"NUMERIC in decimal without a scale", "decimal", plan.Decimal, []any{"1.230", "5", "0.000001"}, []string{"real 1.23", "integer 5", "real 0.000001"}},
	{"FLOAT64 in decimal is rounded to its scale", "decimal(10,2)", plan.Float, []any{"0.30000000000000004", "2.675e2"}, []string{"real 0.3", "real 267.5"}},
	{"FLOAT64 in float", "float", plan.Float, []any{"0.1", "1e300", "-1.5e-7", "3", "-0.0", "0.30000000000000004"}, []string{"real 0.1", "real 1e+300", "real -1.5e-07", "real 3.0", "real 0.0", "real 0.30000000000000004"}},
	{"NUMERIC in float, no digit lost", "float", plan.Decimal, []any{"0.1", "9007199254740992"}, []string{"real 0.1", "real 9007199254740992.0"}},
	{"STRING in varchar", "varchar", plan.String, []any{"", " lead", "trail  ", "看護師😀", `a\tb\n'"`, "12", "012", "1e3", "nul\x00byte", nil}, []string{"text ", "text  lead", "text trail  ", "text 看護師😀", `text a\tb\n'"`, "text 12", "text 012", "text 1e3", "text nul\x00byte", "null NULL"}},
	{"STRING in varchar(5)", "varchar(5)", plan.String, []any{"五文字です"}, []string{"text 五文字です"}},
	{"STRING in text", "text", plan.String, []any{strings.Repeat("長い", 50_000)}, []string{"text " + strings.Repeat("長い", 50_000)}},
	{"digits in text COLLATE NOCASE", "text COLLATE NOCASE", plan.String, []any{"A", "a"}, []string{"text A", "text a"}},
	{"BYTES in blob", "blob", plan.Bytes, []any{[]byte{0xff, 0, '\n'}, []byte{}, []byte("12")}, []string{"blob \xff\x00\n", "blob ", "blob 12"}},
	{"BYTES in varbinary", "varbinary(4)", plan.Bytes, []any{[]byte("123")}, []string{"blob 123"}},
	{"DATE", "date", plan.Date, []any{"2026-02-28", "0001-01-01", "9999-12-31"}, []string{"text 2026-02-28", "text 0001-01-01", "text 9999-12-31"}},
	{"DATETIME as Rails writes it", "datetime(6)", plan.DateTime, []any{"2026-01-02 03:04:05.123456", "2026-01-02 03:04:05", "2026-01-02 03:04:05.5"}, []string{"text 2026-01-02 03:04:05.123456", "text 2026-01-02 03:04:05", "text 2026-01-02 03:04:05.500000"}},
	{"DATETIME without a precision", "datetime", plan.DateTime, []any{"2026-01-02 03:04:05.123456789"}, []string{"text 2026-01-02 03:04:05.123456"}},
	{"DATETIME(3) keeps milliseconds", "datetime(3)", plan.DateTime, []any{"2026-01-02 03:04:05.123456", "2026-01-02 03:04:05.000456"}, []string{"text 2026-01-02 03:04:05.123000", "text 2026-01-02 03:04:05"}},
	{"DATETIME(0) keeps whole seconds", "datetime(0)", plan.DateTime, []any{"2026-01-02 03:04:05.9"}, []string{"text 2026-01-02 03:04:05"}},
	{"TIMESTAMP in datetime", "datetime(6)", plan.Timestamp, []any{"2026-01-02 03:04:05.1"}, []string{"text 2026-01-02 03:04:05.100000"}},
	{"TIMESTAMP in timestamp", "timestamp", plan.Timestamp, []any{"1969-01-02 03:04:05"}, []string{"text 1969-01-02 03:04:05"}},
	{"DATE in datetime", "datetime(6)", plan.Date, []any{"2026-01-02"}, []string{"text 2026-01-02 00:00:00"}},
	{"TIME as Rails writes it", "time(6)", plan.Time, []any{"23:59:59.5", "00:00:00"}, []string{"text 2000-01-01 23:59:59.500000", "text 2000-01-01 00:00:00"}},
	{"TIME in varchar", "varchar(20)", plan.Time, []any{"23:59:59.5"}, []string{"text 23:59:59.5"}},
	{"JSON", "json", plan.JSON, []any{`{"b": [1, 2.50, "x"], "a": 12345678901234567890}`, `[]`, `"12"`, "12", "-0.5", "null", "true"}, []string{`text {"a":12345678901234567890,"b":[1,2.5,"x"]}`, "text []", `text "12"`, "integer 12", "real -0.5", "text null", "text true"}},
	{"ARRAY in text", "text", plan.JSON, []any{`[1, 0.12345678901234567890]`}, []string{`text [1,0.1234567890123456789]`}},
	{"text of a file in date", "date", plan.Unknown, []any{"2026-01-02", ""}, []string{"text 2026-01-02", "null NULL"}},
	{"text of a file in real", "real", plan.Unknown, []any{"0.10000000000000001"}, []string{"real 0.1"}},
}

func TestEveryTypeIsKeptAndASecondRunChangesNoRow(t *testing.T) {
	t.Parallel()
	strict := map[string]bool{"integer": true, "text": true, "blob": true, "real": true}
	for _, way := range []string{"merged", "exchanged", "in a STRICT table"} {
		for _, c := range typeCases {
			if way == "in a STRICT table" && !strict[c.ddl] {
				continue
			}
			t.Run(way+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				end := ""
				if way == "in a STRICT table" {
					end = " STRICT"
				}
				b := newBench(t, "CREATE TABLE jobs (id INTEGER PRIMARY KEY, v "+c.ddl+")"+end)
				if way == "exchanged" {
					b.opts.SwapRows = 1
				}
				rows := make([][]any, len(c.in))
				for i, v := range c.in {
					rows[i] = []any{i, v}
				}
				b.load("jobs", destination.Mirror, "id", fields("id", plan.Int, "v", c.kind), rows...)
				b.changes(int64(len(rows)), 0, 0)
				query := "SELECT typeof(v) || ' ' || COALESCE(CASE WHEN typeof(v) = 'real' THEN printf('%!.17g', v) ELSE v END, 'NULL') FROM jobs ORDER BY id"
				got := b.rows(t, query)
				for i := range got {
					if strings.HasPrefix(got[i], "real ") { // SQLite prints 17 digits
						var f float64
						if _, err := fmt.Sscan(got[i][5:], &f); err != nil {
							t.Fatal(err)
						}
						var w float64
						if _, err := fmt.Sscan(strings.TrimPrefix(c.want[i], "real "), &w); err != nil || f != w {
							t.Errorf("row %d: %s, want %s", i, got[i], c.want[i])
						}
						continue
					}
					if got[i] != c.want[i] {
						t.Errorf("row %d: %.100q, want %.100q", i, got[i], c.want[i])
					}
				}
				b.opts.Full = true
				b.changes(0, 0, 0)
				b.exec(t, "UPDATE jobs SET v = NULL")
				b.run()
				if again := b.rows(t, query); strings.Join(again, "\n") != strings.Join(got, "\n") {
					t.Errorf("written again: %.200q", again)
				}
				b.changes(0, 0, 0)
			})
		}
	}
}

func TestAValueThatTheColumnCannotKeepIsABadRow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, ddl string
		kind      plan.Kind
		in        any
	}{
		{"an integer beyond 64 bits", "bigint", plan.Decimal, "9223372036854775808"},
		{"decimal places in an integer", "integer", plan.Decimal, "1.5"},
		{"a negative number in UNSIGNED", "bigint unsigned", plan.Int, -1},
		{"a decimal of more digits than a double has", "decimal(38,9)", plan.Decimal, "12345678901234567.123456789"},
		{"a decimal just beyond a double", "decimal(20,4)", plan.Decimal, "1234567890123456.7891"},
		{"a decimal without a scale just beyond a double", "decimal", plan.Decimal, "0.12345678901234567890"},
		{"decimal places that would be rounded", "decimal(10,2)", plan.Decimal, "1.005"},
		{"more digits", "decimal(4,2)", plan.Decimal, "100"},
		{"a NUMERIC that a REAL would round", "real", plan.Decimal, "0.12345678901234567890"},
		{"an INT64 that a REAL would round", "real", plan.Int, "9007199254740993"},
		{"NaN, which SQLite keeps as NULL", "float", plan.Float, "NaN"},
		{"infinity", "float", plan.Float, "-Infinity"},
		{"two in boolean", "boolean", plan.Int, 2},
		{"a longer string", "varchar(3)", plan.String, "四文字だ"},
		{"broken UTF-8", "text", plan.String, []byte{0xff}},
		{"more bytes", "varbinary(2)", plan.Bytes, []byte{1, 2, 3}},
		{"a day that does not exist", "date", plan.String, "2026-02-30"},
		{"a time in date", "date", plan.String, "2026-02-28 10:00:00"},
		{"words in datetime", "datetime(6)", plan.String, "yesterday"},
		{"broken JSON", "json", plan.JSON, "{"},
		{"a JSON number that SQLite would round", "json", plan.JSON, "0.12345678901234567890"},
		{"NULL in NOT NULL", "text NOT NULL", plan.String, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE jobs (id INTEGER PRIMARY KEY, v "+c.ddl+")")
			l := b.load("jobs", destination.Mirror, "id", fields("id", plan.Int, "v", c.kind), []any{2, c.in})
			r := b.run()[0]
			if r.Status != run.StatusFailed || r.Counts.Rejected != 1 {
				t.Fatalf("%s: %s, rejected %d", r.Status, r.Error, r.Counts.Rejected)
			}
			if v := fmt.Sprint(c.in); len(v) > 3 && strings.Contains(r.Error, v) {
				t.Fatalf("the error quotes the value: %s", r.Error)
			}
			l.OnBadRow = destination.RejectBadRow
			b.changes(0, 0, 0)
			if len(b.rejected) != 1 || b.rejected[0].Key[0] != "2" || b.rejected[0].Column != "v" {
				t.Fatalf("%+v", b.rejected)
			}
			b.want("SELECT COUNT(*) FROM jobs", "0")
		})
	}
}

func TestTypesThatSQLiteWouldChangeAreRefused(t *testing.T) {
	t.Parallel()
	db := newBench(t).open()
	for _, c := range []struct {
		name, ddl string
		kind      plan.Kind
		ok        bool
	}{
		{"STRING is a number to SQLite", "STRING", plan.String, false},
		{"so is uuid", "uuid", plan.String, false},
		{"no type keeps anything", "", plan.String, false},
		{"jsonb is not text", "jsonb", plan.JSON, false},
		{"enum with INT in it is an integer", "enum('INTERN')", plan.String, true},
		{"varchar is text", "varchar(255)", plan.String, true},
		{"double precision is real", "double precision", plan.Float, true},
		{"bytes do not go into text", "text", plan.Bytes, false},
		{"times do not go into integers", "integer", plan.Timestamp, false},
		{"a decimal goes into an integer value by value", "integer", plan.Decimal, true},
		{"datetime(6) takes instants", "datetime(6)", plan.Timestamp, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := db.Fit(c.kind, &destination.Column{Name: "v", Type: c.ddl})
			if (err == nil) != c.ok {
				t.Fatal(err)
			}
		})
	}
}

func TestKeysOfEveryTypeFindTheirRows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ddl  string
		kind plan.Kind
		keys []any
	}{
		{"bigint", plan.Int, []any{-5, 0, 7, 10, 9, "9223372036854775807"}},
		{"decimal(15,5)", plan.Decimal, []any{"1234567890.00001", "1234567890.00002", "-1", "-10.5", "0"}},
		{"decimal(18)", plan.Decimal, []any{"123456789012345678", "123456789012345679", "3"}},
		{"varchar(20)", plan.String, []any{"a", "B", "b", "a b", "a\tb", "あ", "😀", "z", "10", "9", "1.0", "1"}},
		{"varchar(20) COLLATE NOCASE", plan.String, []any{"a", "B", "あ", "z", "_", "10", "9"}},
		{"char(18) COLLATE RTRIM", plan.String, []any{"001A0000001aaAA", "001A0000001AAaa", "0"}},
		{"blob", plan.Bytes, []any{[]byte{}, []byte("\xff\xfe"), []byte("a"), []byte("a ")}},
		{"date", plan.Date, []any{"2026-01-31", "1999-12-01", "9999-12-31"}},
		{"datetime(6)", plan.DateTime, []any{"2026-01-31 10:00:00", "2026-01-31 10:00:00.000001"}},
		{"time(6)", plan.Time, []any{"10:00:00", "09:59:59.999999"}},
		{"boolean", plan.Bool, []any{1, 0}},
	} {
		for _, swap := range []int64{1, 1 << 40} {
			for _, rowid := range []string{"", " WITHOUT ROWID"} {
				t.Run(fmt.Sprint(c.ddl, swap == 1, rowid), func(t *testing.T) {
					t.Parallel()
					b := newBench(t, "CREATE TABLE jobs (k "+c.ddl+" NOT NULL, n INTEGER NOT NULL, v INTEGER, PRIMARY KEY (k, n))"+rowid)
					b.opts.SwapRows = swap
					l := b.load("jobs", destination.Mirror, "k,n", fields("k", c.kind, "n", plan.Int, "v", plan.Int))
					table := b.src[l.Model]
					table.Unsort = true
					for _, k := range c.keys {
						for n := range 5 {
							table.Rows = append(table.Rows, synctest.NewRow(k, n, 1))
						}
					}
					all := int64(len(table.Rows))
					b.changes(all, 0, 0)
					b.changes(0, 0, 0)
					for _, r := range table.Rows {
						r[2] = []byte("2")
					}
					table.Rows = table.Rows[5:]
					b.changes(0, all-5, 5)
					b.want("SELECT COUNT(*), MIN(v), MAX(v) FROM jobs", fmt.Sprintf("%d|2|2", all-5))
					b.changes(0, 0, 0)
				})
			}
		}
	}
}
