select row(facility_id, city) as pair, {'a': bed_count}.a as beds, struct_pack(x := region).x as region, [city, prefecture][2] as second
from mart_shared.mart_facilities
