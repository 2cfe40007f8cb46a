with matched as (
    select f.facility_id from mart_shared.mart_facilities as f join mart_shared.mart_job_offers_v2 as o using (facility_id)
)
select count(*) as n from matched
