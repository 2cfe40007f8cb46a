select f.facility_id, latest.title
from mart_shared.mart_facilities as f
cross join lateral (
    select o.title from mart_shared.mart_job_offers_v2 as o
    where o.facility_id = f.facility_id
    order by o.published_at desc, o.job_offer_id
    limit 1
) as latest
