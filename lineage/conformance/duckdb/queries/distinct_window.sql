select distinct prefecture, max(bed_count) over (partition by prefecture) as beds, lead(city, 1, region) over (order by facility_id) as next_city
from mart_shared.mart_facilities
