select region, sum(bed_count) as beds, rank() over (order by sum(bed_count) desc, region) as place, sum(count(*)) over () as total
from mart_shared.mart_facilities
group by region
