package mysql_test

import (
	"testing"

	"impact/sync/mysql"
	"impact/sync/synctest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	synctest.Destination(t, func(t *testing.T) synctest.Harness {
		t.Helper()
		name := server.Database(t)
		db, err := mysql.Open(t.Context(), mysql.Options{DSN: server.DSN(name), CreateLedger: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		return synctest.Harness{Destination: db, Text: "VARCHAR(20)",
			Exec: func(t testing.TB, q ...string) { t.Helper(); server.Exec(t, name, q...) },
			Rows: func(t testing.TB, q string) []string { t.Helper(); return server.Rows(t, name, q) }}
	})
}
