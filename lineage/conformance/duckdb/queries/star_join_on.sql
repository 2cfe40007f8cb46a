select f.*, c.email
from (select facility_id, facility_name from mart_shared.mart_facilities) as f
join intermediate.int_facility_primary_contacts as c on c.facility_id = f.facility_id
