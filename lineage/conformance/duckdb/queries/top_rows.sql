with top as (select facility_id, facility_name from mart_shared.mart_facilities order by bed_count desc, facility_id limit 5)
select facility_name from top
