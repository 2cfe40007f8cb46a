select facility_id, prefecture from mart_shared.mart_facilities
order by count(*) over (partition by prefecture) desc, facility_id
limit 5
