select job_offer_id, salary_min >= all (select fee_amount from mart_shared.mart_placements where fee_amount is not null) as is_high
from mart_shared.mart_job_offers_v2
where facility_id = any (select facility_id from staging.stg_salesforce__contacts)
