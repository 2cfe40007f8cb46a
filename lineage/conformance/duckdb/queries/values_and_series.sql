select v.label, f.facility_id, s.n
from (values ('small', 0, 100), ('large', 101, 99999)) as v (label, low, high)
join mart_shared.mart_facilities as f on f.bed_count between v.low and v.high
cross join generate_series(1, 2) as s (n)
