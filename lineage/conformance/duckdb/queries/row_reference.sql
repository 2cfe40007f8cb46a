select f, f.facility_id as id, struct_extract(f, 'prefecture') as prefecture
from (select facility_id, prefecture, bed_count from mart_shared.mart_facilities) as f
