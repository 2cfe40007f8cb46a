with packed as (
    select facility_id, {'name': facility_name, 'place': {'prefecture': prefecture, 'city': city}} as about
    from mart_shared.mart_facilities
)
select facility_id, about.name, about.place.city as city, about['place']['prefecture'] as prefecture, about.place
from packed
