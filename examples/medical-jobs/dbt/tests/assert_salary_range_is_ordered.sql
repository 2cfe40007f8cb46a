-- Salesforce's validation rule does the same, but only for records saved after
-- the rule was switched on.
select
    job_offer_id,
    salary_min,
    salary_max
from {{ ref('mart_job_offers') }}
where salary_max < salary_min
