select coalesce(columns(['salary_max', 'salary_min']), 0), max(salary_min) over () as top
from mart_shared.mart_job_offers_v2
