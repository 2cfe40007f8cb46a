# The schema of the job board, as `bin/rails db:schema:dump` leaves it. Columns
# that come from Salesforce stand first in each table; the others belong to the
# application.

ActiveRecord::Schema[8.0].define(version: 2026_06_12_041530) do
  create_table "bookmarks", charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", force: :cascade do |t|
    t.bigint "user_id", null: false
    t.bigint "job_offer_id", null: false
    t.datetime "created_at", null: false
    t.datetime "updated_at", null: false
    t.index ["job_offer_id"], name: "index_bookmarks_on_job_offer_id"
    t.index ["user_id", "job_offer_id"], name: "index_bookmarks_on_user_id_and_job_offer_id", unique: true
  end

  create_table "facilities", charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", force: :cascade do |t|
    t.string "salesforce_id", limit: 18, null: false, collation: "utf8mb4_bin"
    t.string "name", null: false
    t.string "corporation_name"
    t.string "facility_type", limit: 40, null: false
    t.integer "prefecture_code"
    t.string "city", limit: 80
    t.string "street_address"
    t.string "nearest_station", limit: 80
    t.integer "walk_minutes"
    t.integer "parking_spaces"
    t.boolean "has_nursery", default: false, null: false
    t.integer "bed_count"
    t.string "website_url"
    t.string "recruiter_name", limit: 80
    t.string "source", limit: 20, default: "web", null: false
    t.datetime "deleted_at"
    t.integer "page_views", default: 0, null: false
    t.text "editor_note"
    t.datetime "created_at", null: false
    t.datetime "updated_at", null: false
    t.index ["prefecture_code", "facility_type"], name: "index_facilities_on_prefecture_code_and_facility_type"
    t.index ["salesforce_id"], name: "index_facilities_on_salesforce_id", unique: true
  end

  create_table "job_offers", charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", force: :cascade do |t|
    t.string "salesforce_id", limit: 18, null: false, collation: "utf8mb4_bin"
    t.bigint "facility_id", null: false
    t.string "title", null: false
    t.string "profession", limit: 20, null: false
    t.string "employment_type", limit: 20, null: false
    t.string "salary_type", limit: 10, null: false
    t.decimal "salary_min", precision: 12
    t.decimal "salary_max", precision: 12
    t.string "salary_band", limit: 20
    t.string "working_hours"
    t.integer "night_shifts_per_month"
    t.integer "holidays_per_year"
    t.string "department", limit: 80
    t.text "description"
    t.boolean "has_dormitory", default: false, null: false
    t.datetime "published_at"
    t.date "expires_on"
    t.bigint "list_position"
    t.string "source", limit: 20, default: "web", null: false
    t.datetime "deleted_at"
    t.integer "bookmarks_count", default: 0, null: false
    t.boolean "featured", default: false, null: false
    t.datetime "created_at", null: false
    t.datetime "updated_at", null: false
    t.index ["facility_id"], name: "index_job_offers_on_facility_id"
    t.index ["list_position"], name: "index_job_offers_on_list_position"
    t.index ["profession", "employment_type"], name: "index_job_offers_on_profession_and_employment_type"
    t.index ["salesforce_id"], name: "index_job_offers_on_salesforce_id", unique: true
  end

  create_table "page_views", charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", force: :cascade do |t|
    t.bigint "facility_id", null: false
    t.date "viewed_on", null: false
    t.integer "count", default: 0, null: false
    t.index ["facility_id", "viewed_on"], name: "index_page_views_on_facility_id_and_viewed_on", unique: true
  end

  create_table "users", charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", force: :cascade do |t|
    t.string "email", null: false
    t.string "password_digest", null: false
    t.string "nickname", limit: 40
    t.datetime "created_at", null: false
    t.datetime "updated_at", null: false
    t.index ["email"], name: "index_users_on_email", unique: true
  end

  add_foreign_key "bookmarks", "job_offers", on_delete: :cascade
  add_foreign_key "bookmarks", "users"
  add_foreign_key "job_offers", "facilities"
  add_foreign_key "page_views", "facilities", on_delete: :cascade
end
