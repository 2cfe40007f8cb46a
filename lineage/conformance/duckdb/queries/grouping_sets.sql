select prefecture, profession, grouping(prefecture) as is_total, sum(application_count) as applications
from mart_shared.mart_job_offers_v2
group by grouping sets ((prefecture, profession), (prefecture), ())
