select f.facility_id, f.city is distinct from f.prefecture as differs, (f.city, f.region) = ('x', 'y') as same,
    f.facility_name ilike '%病院%' as hospital, f.bed_count between f.Walk_Minutes__c and 500 as normal,
    f.prefecture in ('東京都', f.city) as central, not f.Nursery_Available__c as without_nursery
from mart_shared.mart_facilities as f
