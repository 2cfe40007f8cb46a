select
    job_offer_id,
    count(*) as application_count,
    count(case when stage_order >= 3 then 1 end) as interview_count,
    count(case when stage = '入職' then 1 end) as hire_count,
    max(applied_at) as last_applied_at,
    avg(offered_salary) as average_offered_salary
from {{ ref('int_applications_current') }}
group by 1
having count(*) > 0
