select
    job_offer_id,
    lag(salary_min) over offers as previous_salary,
    sum(holidays_per_year) over (offers rows between 1 preceding and current row) as holidays,
    first_value(title ignore nulls) over (partition by profession order by created_at, job_offer_id) as first_title,
    count(*) filter (where has_dormitory) over (partition by prefecture) as dormitories
from mart_shared.mart_job_offers_v2
window offers as (partition by facility_id order by published_at, job_offer_id)
