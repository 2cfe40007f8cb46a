select status as state, count(*) as n, max(salary_min) as top
from mart_shared.mart_job_offers_v2
where title is not null
group by state
having n > 1 and top > 1000
order by top desc
