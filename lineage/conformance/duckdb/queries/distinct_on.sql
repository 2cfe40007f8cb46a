select distinct on (facility_id) facility_id, title, salary_min
from mart_shared.mart_job_offers_v2
order by facility_id, published_at desc, job_offer_id
