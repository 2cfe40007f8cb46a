package mysql_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/synctest"
)

// keyKinds are columns that identify rows, with values at the borders. No two
// values of one are the same to its collation.
var keyKinds = []struct {
	ddl    string
	kind   plan.Kind
	values []any
}{
	{"BIGINT", plan.Int, []any{"-9223372036854775808", "9223372036854775807", "0", "-1", "-10", "9", "10", "100"}},
	{"BIGINT UNSIGNED", plan.Decimal, []any{"18446744073709551615", "9223372036854775808", "9223372036854775807", "0"}},
	{"INT(6) ZEROFILL", plan.Int, []any{"0", "7", "4294967295", "10"}},
	{"DECIMAL(65,30)", plan.Decimal, []any{"-0", "0.000000000000000000000000000001", "-0.000000000000000000000000000001", "99999999999999999999999999999999999", "-99999999999999999999999999999999999", "9", "10"}},
	{"DECIMAL(10,2) UNSIGNED ZEROFILL", plan.Decimal, []any{"0", "0.01", "9.90", "10", "99999999.99"}},
	{"VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", plan.String, []any{"", "a", "A", "é", "e", "😀", "\x00", "a\x00", "a\x01", "a!", "ハ", "は", "ﾊ", "a\tb", `\`, "'", "%", "_"}},
	{"VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", plan.String, []any{"", "b", "Z", "é", "z1", "あ", "亜", "_", "-", "0"}},
	{"CHAR(8) CHARACTER SET latin1", plan.String, []any{"", "b", "Z", "ü", "z 1", "~", "a!", "€"}},
	{"CHAR(8) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin", plan.String, []any{"", "b", "Z", "\t", "看護", "a\x1f", "a"}},
	{"CHAR(8) CHARACTER SET cp932", plan.String, []any{"", "b", "看護", "ｶﾅ", "～", "―"}},
	{"VARCHAR(8) CHARACTER SET ucs2", plan.String, []any{"", "b", "看護", "é", "\uffee", "\ue000"}},
	{"VARBINARY(8)", plan.Bytes, []any{[]byte{}, []byte{0}, []byte{0, 0}, []byte{0xff}, []byte("a"), []byte("a "), []byte("a\x00"), []byte("A")}},
	{"BINARY(4)", plan.Bytes, []any{[]byte{}, []byte{1}, []byte{0, 1}, []byte{0xff, 0xff}, []byte("a"), []byte("a ")}},
	{"DATE", plan.Date, []any{"1000-01-01", "0001-01-01", "9999-12-31", "2024-02-29", "1970-01-01"}},
	{"DATETIME(6)", plan.DateTime, []any{"2026-01-02 03:04:05", "2026-01-02 03:04:05.000001", "2026-01-02 03:04:05.1", "1000-01-01 00:00:00", "9999-12-31 23:59:59.999999"}},
	{"TIMESTAMP(3)", plan.Timestamp, []any{"1970-01-01 00:00:01", "2038-01-19 03:14:07", "2026-03-29 01:30:00.5", "2026-03-29 00:30:00", "2026-10-25 00:30:00", "2026-10-25 01:30:00"}},
	{"TIME(2)", plan.Time, []any{"00:00:00", "23:59:59.99", "09:00:00", "10:00:00.5"}},
	{"YEAR", plan.Int, []any{"1901", "2155", "2000", "0"}},
	{"ENUM('z','a','M','b c')", plan.String, []any{"z", "a", "M", "b c"}},
}

// TestKeysOfAnyTypesMeetTheirRows merges random rows under random keys of one to
// three columns, with what was there before, against a set in memory.
func TestKeysOfAnyTypesMeetTheirRows(t *testing.T) {
	t.Parallel()
	seeds := uint64(60)
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 11))
			picks := r.Perm(len(keyKinds))[:1+r.IntN(3)]
			if seed < uint64(len(keyKinds)) {
				picks[0] = int(seed) // each at least once, perhaps twice in a key
			}
			var ddl, key []string
			var list []any
			for i, k := range picks {
				name := fmt.Sprintf("k%d", i)
				null := " NOT NULL"
				if strings.HasPrefix(keyKinds[k].ddl, "TIMESTAMP") {
					null += " DEFAULT '2000-01-01 00:00:00'"
				}
				ddl, key = append(ddl, name+" "+keyKinds[k].ddl+null), append(key, name)
				list = append(list, name, keyKinds[k].kind)
			}
			b := newBench(t, "CREATE TABLE jobs ("+strings.Join(ddl, ", ")+", v INT, PRIMARY KEY ("+strings.Join(key, ", ")+"))")
			b.opts.SwapRows = []int64{1, 1 << 40}[r.IntN(2)]
			b.db.InsertOnly = r.IntN(2) == 0
			b.load("jobs", "jobs", []destination.Mode{destination.Mirror, destination.Replace}[r.IntN(2)], key, nil)
			table := synctest.NewTable(fields(append(list, "v", plan.Int)...))
			if table.Unsort = r.IntN(2) == 0; b.loads[0].Mode == destination.Replace {
				table.Unsort = true // rows in a wrong order look like many changes, for which replace exchanges the table
			} else {
				table.Lie = r.IntN(3) == 0
			}
			b.src["model.x.jobs"] = table
			model := func() {
				table.Rows = nil
				var fill func(at int, row []any)
				fill = func(at int, row []any) {
					if at == len(picks) {
						if r.IntN(3) > 0 {
							table.Rows = append(table.Rows, synctest.NewRow(append(append([]any{}, row...), r.IntN(3))...))
						}
						return
					}
					for _, v := range keyKinds[picks[at]].values {
						fill(at+1, append(row, v))
					}
				}
				fill(0, nil)
				r.Shuffle(len(table.Rows), func(i, j int) { table.Rows[i], table.Rows[j] = table.Rows[j], table.Rows[i] })
			}
			sums := func() string {
				n, sum := 0, 0
				for _, row := range table.Rows {
					n, sum = n+1, sum+int(row[len(row)-1][0]-'0')
				}
				return fmt.Sprintf("%d|%d", n, sum)
			}
			for range 3 {
				model()
				b.done()
				diff(t, []string{sums()}, b.rows("SELECT COUNT(*), COALESCE(SUM(v), 0) FROM jobs"))
				diff(t, "+0 ~0 -0", counts(b.done()[0]))
			}
			b.exec("DELETE FROM jobs WHERE v = 1", "UPDATE jobs SET v = 9 WHERE v = 2")
			b.done()
			diff(t, []string{sums()}, b.rows("SELECT COUNT(*), COALESCE(SUM(v), 0) FROM jobs"))
		})
	}
}
