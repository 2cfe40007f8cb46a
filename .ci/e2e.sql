-- The job board's tables as its schema.rb describes them, with rows of its own.
CREATE DATABASE job_board CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
USE job_board;

CREATE TABLE facilities (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  salesforce_id VARCHAR(18) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  name VARCHAR(255) NOT NULL,
  corporation_name VARCHAR(255),
  facility_type VARCHAR(40) NOT NULL,
  prefecture_code INT,
  city VARCHAR(80),
  street_address VARCHAR(255),
  nearest_station VARCHAR(80),
  walk_minutes INT,
  parking_spaces INT,
  has_nursery TINYINT(1) NOT NULL DEFAULT 0,
  bed_count INT,
  website_url VARCHAR(255),
  recruiter_name VARCHAR(80),
  source VARCHAR(20) NOT NULL DEFAULT 'web',
  deleted_at DATETIME(6),
  page_views INT NOT NULL DEFAULT 0,
  editor_note TEXT,
  created_at DATETIME(6) NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  KEY index_facilities_on_prefecture_code_and_facility_type (prefecture_code, facility_type),
  UNIQUE KEY index_facilities_on_salesforce_id (salesforce_id)
);

CREATE TABLE job_offers (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  salesforce_id VARCHAR(18) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  facility_id BIGINT NOT NULL,
  title VARCHAR(255) NOT NULL,
  profession VARCHAR(20) NOT NULL,
  employment_type VARCHAR(20) NOT NULL,
  salary_type VARCHAR(10) NOT NULL,
  salary_min DECIMAL(12),
  salary_max DECIMAL(12),
  salary_band VARCHAR(20),
  working_hours VARCHAR(255),
  night_shifts_per_month INT,
  holidays_per_year INT,
  department VARCHAR(80),
  description TEXT,
  has_dormitory TINYINT(1) NOT NULL DEFAULT 0,
  published_at DATETIME(6),
  expires_on DATE,
  list_position BIGINT,
  source VARCHAR(20) NOT NULL DEFAULT 'web',
  deleted_at DATETIME(6),
  bookmarks_count INT NOT NULL DEFAULT 0,
  featured TINYINT(1) NOT NULL DEFAULT 0,
  created_at DATETIME(6) NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  KEY index_job_offers_on_facility_id (facility_id),
  KEY index_job_offers_on_list_position (list_position),
  KEY index_job_offers_on_profession_and_employment_type (profession, employment_type),
  UNIQUE KEY index_job_offers_on_salesforce_id (salesforce_id),
  CONSTRAINT fk_offers FOREIGN KEY (facility_id) REFERENCES facilities (id)
);

CREATE TABLE bookmarks (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  job_offer_id BIGINT NOT NULL,
  created_at DATETIME(6) NOT NULL,
  CONSTRAINT fk_bookmarks FOREIGN KEY (job_offer_id) REFERENCES job_offers (id) ON DELETE CASCADE
);

INSERT INTO facilities (id, salesforce_id, name, facility_type, created_at, updated_at)
  VALUES (7, 'web-1', 'entered on the web', 'clinic', NOW(), NOW());
