# This file is auto-generated from the current state of the database. Instead
# of editing this file, please use the migrations feature of Active Record.

ActiveRecord::Schema[7.1].define(version: 2024_06_01_093000) do
  create_table "areas", id: { type: :string, limit: 8 }, charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", comment: "都道府県", force: :cascade do |t|
    t.string "name", null: false
  end

  create_table "companies", charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", force: :cascade do |t|
    t.string "salesforce_id", limit: 18, null: false, collation: "utf8mb4_bin", comment: "Account.Id"
    t.string "name", null: false
    t.text "profile", size: :medium
    t.string "area_id", limit: 8
    t.boolean "active", default: true, null: false
    t.datetime "created_at", null: false
    t.datetime "updated_at", null: false
    t.index ["area_id"], name: "index_companies_on_area_id"
    t.index ["salesforce_id"], name: "index_companies_on_salesforce_id", unique: true
  end

  create_table "jobs", charset: "utf8mb4", force: :cascade do |t|
    t.string "salesforce_id", null: false
    t.references "company", null: false, foreign_key: { on_delete: :cascade }
    t.string "title", default: "", null: false
    t.integer "salary_min", unsigned: true
    t.integer "headcount", limit: 2, default: 1
    t.bigint "views", default: 0, null: false
    t.decimal "rate", precision: 10, scale: 2, default: "0.0"
    t.float "score", limit: 53
    t.column "shift", "enum('day','night')", default: "day", null: false
    t.virtual "title_lower", type: :string, as: "lower(`title`)", stored: true
    t.json "raw"
    t.binary "digest", limit: 32
    t.date "opens_on"
    t.time "starts_at"
    t.datetime "published_at", precision: nil
    t.datetime "touched_at", default: -> { "CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)" }, null: false
    t.string "uid", default: -> { "(uuid())" }
    t.datetime "deleted_at"
    t.timestamps
    t.index "lower(`title`)", name: "index_jobs_on_lower_title"
    t.index ["title", "opens_on"], name: "index_jobs_on_title", length: { title: 20 }, order: { opens_on: :desc }
    t.index ["salesforce_id"], unique: true
    t.index ["raw"], name: "ft", type: :fulltext
    t.check_constraint "`salary_min` > 0", name: "salary_positive"
  end

  create_table "job_tags", primary_key: ["job_id", "tag"], charset: "utf8mb4", force: :cascade do |t|
    t.bigint "job_id", null: false
    t.string "tag", null: false
  end

  create_table "people", id: :integer, charset: "utf8mb3", options: "ENGINE=InnoDB ROW_FORMAT=DYNAMIC COLLATE=utf8mb3_bin", force: :cascade do |t|
    t.bigint "manager_id"
    t.belongs_to "owner", polymorphic: true, null: false
    t.geometry "place"
    t.string "nick", arrray: true
  end

  add_foreign_key "companies", "areas", on_update: :cascade
  add_foreign_key "job_tags", "jobs", on_delete: :nullify, name: "fk_tags"
  add_foreign_key "people", "people", column: "manager_id", primary_key: "id"
  add_foreign_key "people", "jobs"
  add_index "people", ["nick"], name: "nick", unique: true if Rails.env.production?

  create_view "open_jobs", sql_definition: <<-SQL
      select `jobs`.`id` AS `id`,`companies`.`name` AS `company`
      from `jobs` join `companies` on `companies`.`id` = `jobs`.`company_id`
      where `jobs`.`deleted_at` is null
  SQL

  create_trigger("jobs_after_insert", generated: true, compatibility: 1).
      on("jobs").
      after(:insert) do
    "UPDATE companies SET active = 1;"
  end

  execute "GRANT ALL"
end
