select region, employment_type, count(distinct facility_id) as facilities
from mart_shared.mart_job_offers_v2
group by rollup (region), cube (employment_type)
