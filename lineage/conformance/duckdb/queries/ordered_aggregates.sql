select
    prefecture,
    first(facility_name order by bed_count desc, facility_id) as biggest,
    array_agg(city order by Opened_On__c, facility_id) as cities,
    string_agg(distinct facility_type, '/' order by facility_type) as types,
    list(facility_name order by facility_id)[1] as any_name
from mart_shared.mart_facilities
group by 1
