select count(*) as n, sum(case when expires_on < date '2026-06-30' then 1 else 0 end) as expired, max(salary_min) - min(salary_max) as gap
from mart_shared.mart_job_offers_v2 tablesample 100%
