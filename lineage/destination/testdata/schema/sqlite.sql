CREATE TABLE IF NOT EXISTS "schema_migrations" ("version" varchar NOT NULL PRIMARY KEY);
CREATE TABLE IF NOT EXISTS "companies" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "salesforce_id" varchar(18) NOT NULL, "name" varchar DEFAULT '' NOT NULL, "rate" decimal(10,2) DEFAULT -1.5, "created_at" datetime(6) NOT NULL);
CREATE UNIQUE INDEX "index_companies_on_salesforce_id" ON "companies" ("salesforce_id") /*application='JobBoard'*/;
CREATE UNIQUE INDEX "part" ON "companies" ("name") WHERE rate > 0;
CREATE TABLE IF NOT EXISTS "jobs" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "company_id" integer NOT NULL, CONSTRAINT "fk_rails_b34da78090"
FOREIGN KEY ("company_id")
  REFERENCES "companies" ("id")
 ON DELETE CASCADE);
CREATE VIEW open_jobs AS SELECT id FROM jobs;
ALTER TABLE `jobs` ADD COLUMN `note` text, ADD KEY `k` (`note`(3)), MODIFY `company_id` bigint(20) NOT NULL COMMENT 'x';
