select f.facility_id, f.facility_name
from mart_shared.mart_facilities as f
semi join mart_shared.mart_job_offers_v2 as o on f.facility_id = o.facility_id and o.has_dormitory
anti join (from staging.stg_salesforce__contacts where is_newsletter_subscriber) as c using (facility_id)
