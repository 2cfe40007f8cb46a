select
    (select count(*) from (select prefecture from mart_shared.mart_facilities union select prefecture_name from reference.prefectures)) as named,
    (select count(*) from (select prefecture_name from reference.prefectures except select prefecture from mart_shared.mart_facilities)) as empty_ones,
    (select count(*) from (select facility_id from mart_shared.mart_facilities intersect select facility_id from staging.stg_salesforce__contacts)) as reached
