select facility_id, title, row_number() over (partition by facility_id order by salary_min desc, job_offer_id) as position
from mart_shared.mart_job_offers_v2
qualify position <= 2
