select bed_count as beds, beds / 2 as half, half > 50 as is_large
from mart_shared.mart_facilities
where is_large and beds is not null
