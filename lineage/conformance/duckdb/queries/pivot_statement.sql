pivot (select prefecture, has_dormitory, salary_min from mart_shared.mart_job_offers_v2)
on has_dormitory in (true, false) using avg(salary_min) group by prefecture
