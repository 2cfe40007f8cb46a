with mart_facilities as (select facility_id, city as prefecture from mart_shared.mart_facilities),
     outer_one as (
         with mart_facilities as (select facility_id, region as prefecture from mart_shared.mart_facilities)
         select facility_id, prefecture from mart_facilities
     )
select a.prefecture as city, b.prefecture as region from mart_facilities as a join outer_one as b using (facility_id)
