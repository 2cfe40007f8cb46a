select left(prefecture, 1) as initial, count(*) as facilities
from mart_shared.mart_facilities
group by initial
order by facilities desc, initial
limit 3
