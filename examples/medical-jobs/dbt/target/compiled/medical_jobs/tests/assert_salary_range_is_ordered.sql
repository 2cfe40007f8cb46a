-- Salesforce's validation rule does the same, but only for records saved after
-- the rule was switched on.
select
    job_offer_id,
    salary_min,
    salary_max
from `medical-lake`.`mart_shared`.`mart_job_offers_v2`
where salary_max < salary_min