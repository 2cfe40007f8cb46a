select facility_id, f.facility_name, c.contact_name
from mart_shared.mart_facilities as f
full join intermediate.int_facility_primary_contacts as c using (facility_id)
