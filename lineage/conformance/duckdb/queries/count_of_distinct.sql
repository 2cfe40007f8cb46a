select count(*) as prefectures from (select distinct prefecture from mart_shared.mart_facilities)
