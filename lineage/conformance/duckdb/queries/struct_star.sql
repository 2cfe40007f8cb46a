with packed as (
    select facility_id, struct_pack(name := facility_name, beds := bed_count) as about from mart_shared.mart_facilities
)
select facility_id, about.*, unnest(about) from packed
