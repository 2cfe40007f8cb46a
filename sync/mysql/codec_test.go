package mysql

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
)

// Comparing without encoding rests on this promise.
func TestACanonicalValueIsEncodedAsItself(t *testing.T) {
	t.Parallel()
	types := []string{
		"tinyint(1)", "int(11)", "bigint(20) unsigned", "decimal(12,2)", "decimal(30,10) unsigned zerofill", "double", "float", "year(4)", "bit(8)",
		"varchar(10)", "char(5)", "text", "enum('a','','B')", "binary(4)", "varbinary(8)", "blob", "date", "datetime", "datetime(6)", "timestamp(3)", "time(6)", "json",
	}
	kinds := []plan.Kind{
		plan.Unknown, plan.Int, plan.Decimal, plan.Float, plan.Bool, plan.String, plan.Bytes, plan.Date, plan.DateTime, plan.Timestamp, plan.Time, plan.JSON,
	}
	values := []string{
		"", "0", "-0", "0.0", "1", "007", "+5", "1e2", "1e-7", "-1.50", "9007199254740993", "123456789012345678.1234567891", "0.30000000000000004", "1e300", "5e-324",
		"true", "no", "a", "B", "b ", " ", "\x00\xff", "ab\x00", "病院", "😀", "2026-04-01", "0000-00-00", "1969-12-31", "2026-02-29", "2026-04-01 09:30:00",
		"2026-04-01 09:30:00.123456", "2026-04-01T09:30:00Z", "2026-04-01 09:30:00+09:00", "2038-01-19 05:00:00", "9999-12-31 23:59:59.999999",
		"12:30:00.5", "NaN", "Infinity", `{"b":1.0, "a":[]}`, "null",
	}
	idempotent := 0
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("Asia/Tokyo", 9*60*60)} {
		for _, typ := range types {
			for _, kind := range kinds {
				c, err := newCodec(kind, &destination.Column{Name: "c", Type: typ}, zone)
				if err != nil {
					t.Fatal(err)
				}
				if !c.idempotent() {
					continue
				}
				idempotent++
				for _, v := range values {
					once, err := c.encode([]byte(v))
					if err != nil || once == nil {
						continue
					}
					once = bytes.Clone(once)
					if twice, err := c.encode(once); err != nil || !bytes.Equal(once, twice) || twice == nil {
						t.Errorf("%s of kind %v in %v: %q became %q, then %q: %v", typ, kind, zone, v, once, twice, err)
					}
				}
			}
		}
	}
	if idempotent < 200 {
		t.Errorf("only %d pairs of a type and a kind are idempotent", idempotent)
	}
}

func TestAWallClockThatNeverWasIsNoInstant(t *testing.T) {
	t.Parallel()
	for zone, walls := range map[string][]string{
		"Europe/Berlin": {"2026-03-29 02:30:00"},
		"Pacific/Apia":  {"2011-12-30 00:00:00", "2011-12-30 10:00:00", "2011-12-30 23:59:59"}, // the day that was left out
	} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		c, err := newCodec(plan.DateTime, &destination.Column{Name: "c", Type: "timestamp"}, loc)
		if err != nil {
			t.Fatal(err)
		}
		for _, wall := range walls {
			if v, err := c.encode([]byte(wall)); !errors.Is(err, errSkipped) {
				t.Errorf("%s in %s: %s, %v", wall, zone, v, err)
			}
		}
	}
}
