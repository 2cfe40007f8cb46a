select facility_id, facility_name from mart_shared.mart_facilities
union
select facility_id, contact_name from staging.stg_salesforce__contacts where email is not null
