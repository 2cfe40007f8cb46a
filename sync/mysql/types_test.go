package mysql_test

import (
	"fmt"
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

// typeCases have every type that a load writes: the values that come, and what
// a reader of the table sees.
var typeCases = []struct {
	name, ddl string
	kind      plan.Kind
	in        []any
	want      []string // as the server prints it; "" for the value itself
}{
	{"INT64 in BIGINT", "BIGINT", plan.Int, []any{"-9223372036854775808", "9223372036854775807", "0", nil}, nil},
	{"INT64 in TINYINT UNSIGNED", "TINYINT UNSIGNED", plan.Int, []any{"0", "255", "007"}, []string{"0", "255", "7"}},
	{"INT64 in INT ZEROFILL", "INT(6) ZEROFILL", plan.Int, []any{"42"}, []string{"42"}},
	{"BIGINT UNSIGNED", "BIGINT UNSIGNED", plan.Decimal, []any{"18446744073709551615"}, nil},
	{"BOOL in TINYINT(1)", "TINYINT(1)", plan.Bool, []any{"1", "0", nil}, nil},
	{"BOOL in BIT(1)", "BIT(1)", plan.Bool, []any{"1", "0"}, []string{"\x01", "\x00"}},
	{"INT64 in BIT(12)", "BIT(12)", plan.Int, []any{"4095", "48"}, []string{"\x0f\xff", "\x00\x30"}},
	{"BOOL in VARCHAR", "VARCHAR(5)", plan.Bool, []any{"1", "0"}, []string{"true", "false"}},
	{"FLOAT64 in DOUBLE", "DOUBLE", plan.Float, []any{"0.1", "1e300", "-1.5e-7", "3", "-0.0"}, []string{"0.1", "1e+300", "-1.5e-07", "3", "0"}},
	{"FLOAT64 in FLOAT", "FLOAT", plan.Float, []any{"0.1", "16777217", "3.14159265358979"}, []string{"0.1", "1.67772e+07", "3.14159"}},
	{"NUMERIC in DECIMAL", "DECIMAL(38,9)", plan.Decimal, []any{"12.5", "-0", "00012.340000000000", "99999999999999999999999999999.999999999"}, []string{"12.500000000", "0.000000000", "12.340000000", "99999999999999999999999999999.999999999"}},
	{"BIGNUMERIC in DECIMAL(65,30)", "DECIMAL(65,30)", plan.Decimal, []any{"1.000000000000000000000000000001"}, nil},
	{"FLOAT64 in DECIMAL is rounded to its scale", "DECIMAL(10,2)", plan.Float, []any{"0.30000000000000004", "2.675e2"}, []string{"0.30", "267.50"}},
	{"INT64 in DECIMAL", "DECIMAL(10,2)", plan.Int, []any{"7"}, []string{"7.00"}},
	{"STRING in VARCHAR", "VARCHAR(10)", plan.String, []any{"", " lead", "trail  ", "日本語テキスト10字", "😀", `a\tb\n'"`, "tab\there", "line\nbreak", "nul\x00byte", `\N`, nil}, nil},
	{"STRING in CHAR loses trailing spaces", "CHAR(4)", plan.String, []any{"ab", "ab  ", ""}, []string{"ab", "ab", ""}},
	{"STRING in TEXT", "MEDIUMTEXT", plan.String, []any{strings.Repeat("長い", 50_000)}, nil},
	{"STRING in ENUM", "ENUM('full','part','it''s, ok')", plan.String, []any{"part", "it's, ok"}, nil},
	{"STRING in ENUM with escapes", `ENUM('a\\b','two\nlines','x\\\\n')`, plan.String, []any{`a\b`, "two\nlines", `x\\n`}, nil},
	{"STRING in latin1", "VARCHAR(10) CHARACTER SET latin1", plan.String, []any{"café €"}, nil},
	{"STRING in utf8mb3", "VARCHAR(10) CHARACTER SET utf8mb3", plan.String, []any{"三文字"}, nil},
	{"STRING in INT", "INT", plan.String, []any{"12", "-3"}, nil},
	{"BYTES in VARBINARY", "VARBINARY(10)", plan.Bytes, []any{[]byte{0xff, 0, '\\', '\n', '\t'}, []byte{}}, nil},
	{"BYTES in BINARY is filled up", "BINARY(3)", plan.Bytes, []any{[]byte{1}}, []string{"\x01\x00\x00"}},
	{"BYTES in BLOB", "BLOB", plan.Bytes, []any{[]byte(strings.Repeat("\xfe\x00", 1000))}, nil},
	{"DATE", "DATE", plan.Date, []any{"2026-02-28", "0001-01-01", "9999-12-31"}, nil},
	{"DATE in DATETIME", "DATETIME", plan.Date, []any{"2026-02-28"}, []string{"2026-02-28 00:00:00"}},
	{"DATETIME is copied as it is", "DATETIME(6)", plan.DateTime, []any{"2026-04-01 09:30:00", "2026-04-01 09:30:00.123456"}, []string{"2026-04-01 09:30:00.000000", "2026-04-01 09:30:00.123456"}},
	{"DATETIME(0) keeps whole seconds", "DATETIME", plan.DateTime, []any{"2026-04-01 09:30:00.999999"}, []string{"2026-04-01 09:30:00"}},
	{"TIMESTAMP in DATETIME", "DATETIME(3)", plan.Timestamp, []any{"2026-04-01 09:30:00.1239"}, []string{"2026-04-01 09:30:00.123"}},
	{"TIMESTAMP in TIMESTAMP", "TIMESTAMP(6) NULL", plan.Timestamp, []any{"2026-04-01 09:30:00.5", "1970-01-01 00:00:01", "2038-01-19 03:14:07", nil}, []string{"2026-04-01 09:30:00.500000", "1970-01-01 00:00:01.000000", "2038-01-19 03:14:07.000000", "NULL"}},
	{"TIME", "TIME(6)", plan.Time, []any{"23:59:59.999999", "00:00:00"}, []string{"23:59:59.999999", "00:00:00.000000"}},
	{"JSON", "JSON", plan.JSON, []any{`{"b": [1, 2.50, "x"], "a": {"z": null, "é": true}}`, `[]`, `"text"`, "12345678901234567"}, []string{`{"a":{"z":null,"é":true},"b":[1,2.5,"x"]}`, `[]`, `"text"`, "12345678901234567"}},
	{"ARRAY in TEXT", "TEXT", plan.JSON, []any{`[1, 2]`}, []string{`[1,2]`}},
	{"GEOGRAPHY as WKT", "VARCHAR(50)", plan.String, []any{"POINT(139.7 35.6)"}, nil},
	{"YEAR", "YEAR", plan.Int, []any{"2026", "1901"}, nil},
	{"text of a file in any column", "DECIMAL(5,1)", plan.Unknown, []any{"1.5", ""}, []string{"1.5", "NULL"}},
	{"text of a file in BOOL", "TINYINT(1)", plan.Unknown, []any{"true", "False", "1"}, []string{"1", "0", "1"}},
}

func TestEveryTypeIsKeptAndASecondRunChangesNoRow(t *testing.T) {
	t.Parallel()
	ways := []struct {
		name   string
		change func(*bench)
		mode   destination.Mode
	}{
		{"merged", func(*bench) {}, destination.Mirror},
		{"exchanged by LOAD DATA", func(b *bench) { b.opts.SwapRows = 1 }, destination.Mirror},
		{"exchanged by INSERT", func(b *bench) { b.opts.SwapRows, b.db.InsertOnly = 1, true }, destination.Mirror},
		{"upserted", func(*bench) {}, destination.Upsert},
	}
	for _, way := range ways {
		for _, c := range typeCases {
			if c.ddl == "JSON" && server.MySQL56() {
				continue // has no such type
			}
			t.Run(way.name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v "+c.ddl+" NULL)")
				way.change(b)
				b.load("jobs", "jobs", way.mode, []string{"id"}, nil)
				table := synctest.NewTable(fields("id", plan.Int, "v", c.kind))
				want := make([]string, len(c.in))
				for i, v := range c.in {
					table.Rows = append(table.Rows, synctest.NewRow(i, v))
					switch {
					case c.want != nil:
						want[i] = c.want[i]
					case v == nil:
						want[i] = "NULL"
					default:
						want[i] = string(synctest.NewRow(v)[0])
					}
				}
				b.src["model.x.jobs"] = table
				r := b.done()[0]
				if r.Counts.Inserted != int64(len(c.in)) {
					t.Fatalf("inserted %s by %s", counts(r), r.Method)
				}
				diff(t, want, b.rows("SELECT v FROM jobs ORDER BY id"))
				r = b.done()[0]
				if r.Counts.Changed() != 0 || r.Status != run.StatusDone {
					t.Fatalf("a second run changed rows: %s", counts(r))
				}
				// Every value is changed and comes back.
				b.exec("UPDATE jobs SET v = NULL")
				b.done()
				diff(t, want, b.rows("SELECT v FROM jobs ORDER BY id"))
			})
		}
	}
}

func TestAValueThatTheColumnCannotKeepIsABadRow(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, ddl string
		kind      plan.Kind
		in        any
	}{
		{"300 in TINYINT", "TINYINT", plan.Int, 300},
		{"a negative number in UNSIGNED", "INT UNSIGNED", plan.Int, -1},
		{"a longer string", "VARCHAR(3)", plan.String, "四文字だ"},
		{"a longer text", "TINYTEXT", plan.String, strings.Repeat("あ", 86)},
		{"decimal places that would be rounded", "DECIMAL(10,2)", plan.Decimal, "1.005"},
		{"more digits", "DECIMAL(4,2)", plan.Decimal, "100"},
		{"NaN", "DOUBLE", plan.Float, "NaN"},
		{"infinity", "DOUBLE", plan.Float, "Infinity"},
		{"a float that is too large", "FLOAT", plan.Float, "1e300"},
		{"a timestamp before 1970", "TIMESTAMP NULL", plan.Timestamp, "1969-12-31 23:59:59"},
		{"a timestamp after 2038", "TIMESTAMP NULL", plan.Timestamp, "2038-01-19 03:14:08"},
		{"a day that does not exist", "DATE", plan.String, "2026-02-30"},
		{"the zero date", "DATE", plan.String, "0000-00-00"},
		{"a time in DATE", "DATE", plan.String, "2026-02-28 10:00:00"},
		{"four bytes in utf8mb3", "VARCHAR(10) CHARACTER SET utf8mb3", plan.String, "𠮷野家"},
		{"Japanese in latin1", "VARCHAR(10) CHARACTER SET latin1", plan.String, "日本"},
		{"é in ascii", "VARCHAR(10) CHARACTER SET ascii", plan.String, "é"},
		{"NULL in NOT NULL", "INT NOT NULL", plan.Int, nil},
		{"another case of an ENUM's member", "ENUM('full')", plan.String, "FULL"},
		{"broken UTF-8", "VARCHAR(10)", plan.String, []byte{0xff}},
		{"broken JSON", "JSON", plan.JSON, "{"},
		{"text in INT", "INT", plan.String, "12 apples"},
		{"bytes beyond VARBINARY", "VARBINARY(2)", plan.Bytes, []byte{1, 2, 3}},
	}
	for _, c := range cases {
		if c.ddl == "JSON" && server.MySQL56() {
			continue // has no such type
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, policy := range []destination.BadRow{destination.FailOnBadRow, destination.RejectBadRow} {
				b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v "+c.ddl+")")
				b.load("jobs", "jobs", destination.Mirror, []string{"id"}, func(l *destination.Load) { l.OnBadRow = policy })
				good := "1"
				if strings.HasPrefix(c.ddl, "DATE") || strings.HasPrefix(c.ddl, "TIMESTAMP") {
					good = "2026-01-01"
				}
				if strings.HasPrefix(c.ddl, "ENUM") {
					good = "full"
				}
				if strings.HasPrefix(c.ddl, "TIMESTAMP") {
					good += " 00:00:00"
				}
				b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", c.kind), []any{1, good}, []any{2, c.in})
				r := b.run().Loads[0]
				if policy == destination.FailOnBadRow {
					if r.Status != run.StatusFailed || r.Counts.Rejected != 1 {
						t.Fatalf("%s: %s, rejected %d", r.Status, r.Error, r.Counts.Rejected)
					}
					diff(t, []string{"0"}, b.rows("SELECT COUNT(*) FROM jobs"))
					if v := fmt.Sprint(c.in); len(v) > 3 && strings.Contains(r.Error, v) {
						t.Fatalf("the error quotes the value: %s", r.Error)
					}
				} else {
					if r.Status != run.StatusDone || r.Counts.Rejected != 1 || len(b.rejected) != 1 || b.rejected[0].Key[0] != "2" || b.rejected[0].Column != "v" {
						t.Fatalf("%s: %s, rejected %+v", r.Status, r.Error, b.rejected)
					}
					diff(t, []string{"1"}, b.rows("SELECT COUNT(*) FROM jobs"))
				}
			}
		})
	}
}

func TestKeysOfEveryTypeFindTheirRows(t *testing.T) {
	t.Parallel()
	cases := []struct {
		ddl  string
		kind plan.Kind
		keys []any
	}{
		{"BIGINT", plan.Int, []any{-5, 0, 7, 10, 9, "9223372036854775807"}},
		{"BIGINT UNSIGNED", plan.Decimal, []any{"18446744073709551615", "18446744073709551614", "3"}},
		{"DECIMAL(30,5)", plan.Decimal, []any{"1234567890123456789012345.00001", "1234567890123456789012345.00002", "-1", "-10.5"}},
		{"VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", plan.String, []any{"a", "B", "b", "a b", "a\tb", "あ", "😀", "z"}},
		{"VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", plan.String, []any{"a", "B", "ç", "あ", "😀", "z", "_", "10", "9"}},
		{"VARCHAR(20) CHARACTER SET latin1", plan.String, []any{"a", "é", "€", "Z"}},
		{"CHAR(18) CHARACTER SET ascii COLLATE ascii_bin", plan.String, []any{"001A0000001aaAA", "001A0000001AAaa", "0"}},
		{"ENUM('z','a','m')", plan.String, []any{"a", "m", "z"}},
		{"BINARY(16)", plan.Bytes, []any{[]byte("\xff\x00\x10aaaaaaaaaaaaa"), []byte("\x00"), []byte("\xfe")}},
		{"VARBINARY(20)", plan.Bytes, []any{[]byte{}, []byte("\xff\xfe"), []byte("\\'"), []byte("a ")}},
		{"DATE", plan.Date, []any{"2026-01-31", "1999-12-01", "9999-12-31"}},
		{"DATETIME(6)", plan.DateTime, []any{"2026-01-31 10:00:00", "2026-01-31 10:00:00.000001"}},
		{"TIMESTAMP(3) DEFAULT '2000-01-01 00:00:00'", plan.Timestamp, []any{"2026-01-31 10:00:00", "2026-01-31 10:00:00.001"}},
		{"TIME(6)", plan.Time, []any{"10:00:00", "09:59:59.999999"}},
		{"YEAR", plan.Int, []any{1999, 2026}},
	}
	for _, c := range cases {
		for _, swap := range []int64{1, 1 << 40} {
			t.Run(fmt.Sprint(c.ddl, swap == 1), func(t *testing.T) {
				t.Parallel()
				b := newBench(t, "CREATE TABLE jobs (k "+c.ddl+" NOT NULL, n INT, v INT, PRIMARY KEY (k, n))")
				b.opts.SwapRows = swap
				b.load("jobs", "jobs", destination.Mirror, []string{"k", "n"}, nil)
				table := synctest.NewTable(fields("k", c.kind, "n", plan.Int, "v", plan.Int))
				table.Unsort = true
				for _, k := range c.keys {
					for n := range 25 {
						table.Rows = append(table.Rows, synctest.NewRow(k, n, 1))
					}
				}
				b.src["model.x.jobs"] = table
				all := len(table.Rows)
				diff(t, fmt.Sprintf("+%d ~0 -0", all), counts(b.done()[0]))
				diff(t, "+0 ~0 -0", counts(b.done()[0]))
				for _, r := range table.Rows {
					r[2] = []byte("2") // many rows: through the stage
				}
				table.Rows = table.Rows[5:]
				diff(t, fmt.Sprintf("+0 ~%d -5", all-5), counts(b.done()[0]))
				diff(t, []string{fmt.Sprintf("%d|2|2", all-5)}, b.rows("SELECT COUNT(*), MIN(v), MAX(v) FROM jobs"))
				table.Rows[0][2] = []byte("3") // one row: by itself
				diff(t, "+0 ~1 -0", counts(b.done()[0]))
				diff(t, "+0 ~0 -0", counts(b.done()[0]))
			})
		}
	}
}
