package sqlite_test

import (
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/sqlite"
)

func TestMissingTablesAreCreatedParentsFirst(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	child := b.load("offers", destination.Mirror, "id", fields("id", plan.Int, "company", plan.String, "pay", plan.Decimal, "open", plan.Bool), []any{1, "c1", "12.50", 1}, []any{2, "c1", "3", 0})
	child.Create, child.AllColumns = true, false
	child.Columns = []destination.Mapping{{Column: "id", From: "id"}, {Column: "pay", From: "pay"}, {Column: "open", From: "open"}}
	child.Lookups = []destination.Lookup{{Column: "company_id", Table: "companies", Select: "id", By: "id", From: "company"}}
	child.Stamp = destination.Stamp{Insert: "created_at", Write: "updated_at"}
	parent := b.load("companies", destination.Mirror, "id", fields("id", plan.String, "name", plan.String), []any{"c1", "Clinic"})
	parent.Create = true
	db := b.open()
	p := b.plan(db)
	if len(p.Refusals) > 0 {
		t.Fatal(p.Refusals)
	}
	for _, r := range run.Execute(t.Context(), p, b.src, map[string]run.Destination{"db": db}, run.Options{RunID: "x", Approve: p.Hash}).Loads {
		if r.Status != run.StatusDone {
			t.Fatalf("%s: %s: %s", r.Load, r.Status, r.Error)
		}
	}
	b.want("SELECT id, pay, open, company_id, created_at IS NOT NULL FROM offers ORDER BY id", "1|12.5|1|c1|1", "2|3|0|c1|1")
	b.changes(0, 0, 0) // a plan of the tables that are there now
}

func TestASchemaOfRailsOrMySQLBecomesTables(t *testing.T) {
	t.Parallel()
	schema, warnings := destination.ReadSchemaRB("schema.rb", []byte(`
ActiveRecord::Schema[8.0].define(version: 1) do
  create_table "companies", charset: "utf8mb4", force: :cascade do |t|
    t.string "salesforce_id", limit: 18, null: false
    t.integer "kind", limit: 1, default: 0, null: false
    t.bigint "size", unsigned: true
    t.boolean "open", default: true, null: false
    t.decimal "pay", precision: 10, scale: 2
    t.float "rank"
    t.json "extra"
    t.text "about", size: :long
    t.binary "token", limit: 16
    t.date "since"
    t.time "opens_at"
    t.datetime "created_at", default: -> { "CURRENT_TIMESTAMP(6)" }, null: false
    t.index ["salesforce_id"], name: "index_companies_on_salesforce_id", unique: true
  end
  create_table "offers", id: :string, force: :cascade do |t|
    t.bigint "company_id", null: false
    t.index ["company_id"], name: "by_company"
  end
  add_foreign_key "offers", "companies"
end`))
	if len(warnings) > 0 {
		t.Fatal(warnings)
	}
	b := newBench(t)
	for _, table := range schema.Tables {
		b.exec(t, sqlite.CreateTable(table, schema)...)
	}
	made, err := b.open().Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, o := made.Table("companies"), made.Table("offers")
	if c == nil || o == nil || !c.Column("id").AutoIncrement || !c.IsKey([]string{"salesforce_id"}) || !o.IsKey([]string{"id"}) || len(o.ForeignKeys) != 1 {
		t.Fatalf("%+v %+v", c, o)
	}
	db := b.open()
	for name, kind := range map[string]plan.Kind{"salesforce_id": plan.String, "kind": plan.Int, "size": plan.Int, "open": plan.Bool, "pay": plan.Decimal, "rank": plan.Float,
		"extra": plan.JSON, "about": plan.String, "token": plan.Bytes, "since": plan.Date, "opens_at": plan.Time, "created_at": plan.Timestamp} {
		if err := db.Fit(kind, c.Column(name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
