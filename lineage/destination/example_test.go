package destination_test

import (
	"fmt"

	"impact/lineage/destination"
)

func ExampleReadSchemaRB() {
	schema, warnings := destination.ReadSchemaRB("db/schema.rb", []byte(`
ActiveRecord::Schema[7.1].define(version: 2024_06_01_093000) do
  create_table "jobs", charset: "utf8mb4", force: :cascade do |t|
    t.string "salesforce_id", limit: 18, null: false
    t.datetime "created_at", null: false
    t.index ["salesforce_id"], name: "by_salesforce_id", unique: true
  end
end
`))
	jobs := schema.Table("jobs")
	for _, c := range jobs.Columns {
		fmt.Println(c.Name, c.Type, c.Required())
	}
	fmt.Println(jobs.IsKey([]string{"salesforce_id"}), len(warnings))
	// Output:
	// id bigint false
	// salesforce_id varchar(18) true
	// created_at datetime(6) true
	// true 0
}

func ExampleCheck() {
	schema, _ := destination.ReadStructureSQL("db/structure.sql", []byte(
		"CREATE TABLE `jobs` (\n `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,\n `code` varchar(9) NOT NULL\n);"))
	load := &destination.Load{Table: "jobs", Key: []string{"id"}, Columns: []destination.Mapping{{Column: "id", From: "job_id"}}}
	for _, m := range destination.Check(load, schema) {
		fmt.Println(m.ID, m)
	}
	// Output:
	// destination.column_required db/structure.sql:3: jobs.code is NOT NULL without a default, and the load does not supply it
}
