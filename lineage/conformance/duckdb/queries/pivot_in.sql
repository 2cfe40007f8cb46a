select *
from (select prefecture, profession, salary_min from mart_shared.mart_job_offers_v2)
pivot (max(salary_min) as top, count(*) as offers for profession in ('看護師', '医師') group by prefecture)
