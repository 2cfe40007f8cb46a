select *
from (select facility_id, facility_name, prefecture from mart_shared.mart_facilities) as f
join (select facility_id, contact_name, email from intermediate.int_facility_primary_contacts) as c using (facility_id)
