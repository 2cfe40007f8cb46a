package sqlite_test

import (
	"context"
	"testing"

	"impact/sync/sqlite"
	"impact/sync/synctest"
)

func TestAnyGroupBecomesItsModelsAndNothingElseChanges(t *testing.T) {
	t.Parallel()
	seeds := uint64(120)
	if testing.Short() {
		seeds = 25
	}
	synctest.Lives(t, seeds, func(t *testing.T) synctest.Harness {
		t.Helper()
		f := newFile(t, "WAL")
		db, err := sqlite.Open(t.Context(), sqlite.Options{Path: f.path, CreateLedger: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return synctest.Harness{Destination: db, Text: "VARCHAR(20)", Serial: "INTEGER PRIMARY KEY AUTOINCREMENT", Fold: "VARCHAR(20) COLLATE NOCASE", Exec: f.exec, Rows: f.rows, Busy: true,
			Try: func(q string) error {
				_, err := f.db.ExecContext(context.Background(), q)
				return err
			}}
	})
}
