-- Kept for the reports of 2025 until they have moved to v2.
select
    job_offer_id,
    title,
    profession,
    salary_min as salary,
    prefecture,
    status
from `medical-lake`.`intermediate`.`int_job_offers_enriched`