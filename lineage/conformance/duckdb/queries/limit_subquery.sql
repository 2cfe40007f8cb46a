select facility_id from mart_shared.mart_facilities
order by bed_count desc, facility_id
limit (select count(*) from reference.prefectures where region = '関東')
