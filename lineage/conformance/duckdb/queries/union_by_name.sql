select facility_id, facility_name as name, prefecture from mart_shared.mart_facilities
union all by name
select contact_name as name, facility_id, email from staging.stg_salesforce__contacts
