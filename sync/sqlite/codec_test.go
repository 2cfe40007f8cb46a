package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"testing"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
)

var fuzzTypes = []string{"bigint", "boolean", "decimal(10,2)", "decimal(38,9)", "decimal", "float", "varchar(20)", "text", "blob", "date", "datetime(6)", "datetime(3)", "time(6)", "json"}

var fuzzKinds = []plan.Kind{plan.Unknown, plan.Int, plan.Decimal, plan.Float, plan.Bool, plan.String, plan.Bytes, plan.Date, plan.DateTime, plan.Timestamp, plan.Time, plan.JSON}

// FuzzWhatIsWrittenIsReadBack holds the codec to SQLite itself: what encode
// takes, the column gives back in the same form, and encoding that again changes
// nothing.
func FuzzWhatIsWrittenIsReadBack(f *testing.F) {
	for i, v := range []string{"12", "true", "-0.50", "123456789012345.67", "1e300", "0.1", "看護師", "12", "\xff\x00", "2026-02-28", "2026-01-02 03:04:05.123456", "2026-01-02T03:04:05Z", "23:59:59.5", `{"a":[1,2.5]}`, "0.30000000000000004", "99999999999999999999", `"12"`} {
		for k := range fuzzKinds {
			f.Add([]byte(v), byte(i%len(fuzzTypes)), byte(k))
		}
	}
	db, err := connect(f.TempDir()+"/fuzz", "rwc", time.Second)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = db.Close() })
	c, err := db.Conn(context.Background())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = c.Close() })
	var write, read [16]*sql.Stmt
	for i, t := range fuzzTypes {
		name := quote("t " + t)
		for _, q := range []string{"PRAGMA synchronous = OFF", "CREATE TABLE " + name + " (id INTEGER PRIMARY KEY, v " + t + ")"} {
			if _, err := c.ExecContext(context.Background(), q); err != nil {
				f.Fatal(err)
			}
		}
		if write[i], err = c.PrepareContext(context.Background(), "INSERT OR REPLACE INTO "+name+" VALUES (1, ?)"); err != nil { //nolint:sqlclosecheck // closed with the connection
			f.Fatal(err)
		}
		if read[i], err = c.PrepareContext(context.Background(), "SELECT +v FROM "+name); err != nil { //nolint:sqlclosecheck // closed with the connection
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, v []byte, typ, kind byte) {
		ti, k := int(typ)%len(fuzzTypes), fuzzKinds[int(kind)%len(fuzzKinds)]
		cd, err := newCodec(k, &destination.Column{Name: "v", Type: fuzzTypes[ti]}, time.UTC)
		if err != nil || !fits(k, cd.family) {
			return
		}
		want, err := cd.encode(v)
		if err != nil {
			return
		}
		if _, err := write[ti].ExecContext(context.Background(), cd.param(want)); err != nil {
			t.Fatal(err)
		}
		var got any
		if err := read[ti].QueryRowContext(context.Background()).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if back := cd.decode(got); !bytes.Equal(back, want) || (back == nil) != (want == nil) {
			t.Fatalf("%s from %s: %q was written as %q and read back as %q (%T)", fuzzTypes[ti], k, v, want, back, got)
		}
		if again, err := cd.encode(want); want != nil && k != plan.Bool && k != plan.Bytes && (err != nil || !bytes.Equal(again, want)) {
			t.Fatalf("%s from %s: %q is not canonical: %q, %v", fuzzTypes[ti], k, want, again, err)
		}
	})
}
