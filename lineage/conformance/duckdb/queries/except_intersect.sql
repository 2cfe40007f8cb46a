select facility_id from mart_shared.mart_facilities
except
(select facility_id from staging.stg_salesforce__contacts intersect select facility_id from mart_shared.mart_job_offers_v2)
