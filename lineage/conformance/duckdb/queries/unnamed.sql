select count(*), max(bed_count), bed_count + 1, upper(prefecture), 'x', case when bed_count > 10 then 1 end
from mart_shared.mart_facilities
group by bed_count, prefecture
