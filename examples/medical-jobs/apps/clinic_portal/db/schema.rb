# The schema of the clinic portal, as `bin/rails db:schema:dump` leaves it.
# sf_facilities is written by a transfer job under Salesforce's own names.

ActiveRecord::Schema[7.1].define(version: 2026_05_28_020811) do
  create_table "applications", charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", force: :cascade do |t|
    t.string "salesforce_id", limit: 18, null: false, collation: "utf8mb4_bin"
    t.bigint "candidate_id", null: false
    t.string "job_offer_title", null: false
    t.string "stage", limit: 20, null: false
    t.string "channel", limit: 20
    t.datetime "applied_at", null: false
    t.decimal "offered_salary", precision: 12
    t.integer "interview_count", default: 0, null: false
    t.datetime "last_interview_at"
    t.boolean "read_by_clinic", default: false, null: false
    t.datetime "created_at", null: false
    t.datetime "updated_at", null: false
    t.index ["candidate_id"], name: "index_applications_on_candidate_id"
    t.index ["salesforce_id"], name: "index_applications_on_salesforce_id", unique: true
  end

  create_table "candidates", charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", force: :cascade do |t|
    t.string "salesforce_id", limit: 18, null: false, collation: "utf8mb4_bin"
    t.string "display_name", limit: 20, null: false
    t.string "profession", limit: 20, null: false
    t.string "experience_level", limit: 20
    t.integer "experience_years"
    t.string "prefecture", limit: 10
    t.string "desired_region", limit: 20
    t.integer "desired_salary_man_yen"
    t.string "desired_employment_type", limit: 20
    t.date "registered_on"
    t.integer "scouts_count", default: 0, null: false
    t.datetime "created_at", null: false
    t.datetime "updated_at", null: false
    t.index ["profession", "prefecture"], name: "index_candidates_on_profession_and_prefecture"
    t.index ["salesforce_id"], name: "index_candidates_on_salesforce_id", unique: true
  end

  create_table "clinic_users", charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", force: :cascade do |t|
    t.string "facility_salesforce_id", limit: 18, null: false, collation: "utf8mb4_bin"
    t.string "email", null: false
    t.string "name", null: false
    t.datetime "created_at", null: false
    t.datetime "updated_at", null: false
    t.index ["email"], name: "index_clinic_users_on_email", unique: true
  end

  create_table "messages", charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", force: :cascade do |t|
    t.bigint "application_id", null: false
    t.bigint "clinic_user_id"
    t.text "body", null: false
    t.datetime "created_at", null: false
    t.datetime "updated_at", null: false
    t.index ["application_id"], name: "index_messages_on_application_id"
    t.index ["clinic_user_id"], name: "index_messages_on_clinic_user_id"
  end

  create_table "scouts", charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", force: :cascade do |t|
    t.bigint "candidate_id", null: false
    t.bigint "clinic_user_id", null: false
    t.string "state", limit: 20, default: "sent", null: false
    t.datetime "created_at", null: false
    t.datetime "updated_at", null: false
    t.index ["candidate_id", "clinic_user_id"], name: "index_scouts_on_candidate_id_and_clinic_user_id", unique: true
    t.index ["clinic_user_id"], name: "index_scouts_on_clinic_user_id"
  end

  create_table "sf_facilities", primary_key: "facility_id", id: { type: :string, limit: 18, collation: "utf8mb4_bin" }, charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", force: :cascade do |t|
    t.string "facility_name", null: false
    t.string "account_id", limit: 18, null: false, collation: "utf8mb4_bin"
    t.string "facility_type", limit: 40
    t.string "prefecture", limit: 10
    t.string "city", limit: 80
    t.string "postal_code", limit: 8
    t.string "street_address"
    t.integer "bed_count"
    t.datetime "updated_at"
    t.string "Nearest_Station__c", limit: 80
    t.integer "Walk_Minutes__c"
    t.string "Departments__c"
    t.string "Emergency_Level__c", limit: 20
    t.integer "Parking_Spaces__c"
    t.boolean "Nursery_Available__c"
    t.string "Electronic_Chart__c", limit: 80
    t.string "Website_URL__c"
    t.date "Opened_On__c"
    t.boolean "Is_Published__c"
    t.string "account_name"
    t.string "contract_status", limit: 20
    t.integer "prefecture_code"
    t.string "region", limit: 20
  end

  add_foreign_key "applications", "candidates"
  add_foreign_key "messages", "applications", on_delete: :cascade
  add_foreign_key "messages", "clinic_users"
  add_foreign_key "scouts", "candidates"
  add_foreign_key "scouts", "clinic_users"
end
