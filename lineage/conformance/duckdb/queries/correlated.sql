select
    f.facility_id,
    (select count(*) from mart_shared.mart_job_offers_v2 as o where o.facility_id = f.facility_id and o.has_dormitory) as dormitories,
    (select max(c.last_contacted_on) from staging.stg_salesforce__contacts as c where c.facility_id = f.facility_id) as contacted_on,
    array(select o.title from mart_shared.mart_job_offers_v2 as o where o.facility_id = f.facility_id order by o.job_offer_id) as titles,
    exists (from staging.stg_salesforce__contacts as c where c.facility_id = f.facility_id and c.is_decision_maker) as has_decision_maker
from mart_shared.mart_facilities as f
