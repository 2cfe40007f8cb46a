select prefecture, #2 as second from (select facility_id, prefecture from mart_shared.mart_facilities) order by #1
