with everything as (
    select facility_id as id, facility_name as name, 'f' as kind from mart_shared.mart_facilities
    union all
    select contact_id, email, 'c' from staging.stg_salesforce__contacts
    union all
    select prefecture_code::varchar, region, prefecture_name_en from reference.prefectures
)
select name, kind from everything where id is not null order by 1, 2
