with matched as (
    select f.facility_id, c.facility_id, c.contact_name as facility_name, f.facility_name
    from mart_shared.mart_facilities as f join intermediate.int_facility_primary_contacts as c using (facility_id)
)
select * from matched
