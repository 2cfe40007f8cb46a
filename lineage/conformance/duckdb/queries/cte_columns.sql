with named (id, beds) as (select facility_id, bed_count from mart_shared.mart_facilities)
select n.first, n.second from named as n (first, second) where second > 50
