select prefecture, profession, count(*) as offers, avg(salary_min) filter (where has_dormitory) as dormitory_salary
from mart_shared.mart_job_offers_v2
group by all
having max(holidays_per_year) > 100
order by all
