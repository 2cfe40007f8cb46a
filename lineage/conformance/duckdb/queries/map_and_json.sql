select
    facility_id,
    map {'beds': bed_count, 'walk': Walk_Minutes__c}['beds'] as beds,
    json_object('name', facility_name)->>'$.name' as name,
    facility_name[1:2] as initials,
    prefecture.lower().length() as letters
from mart_shared.mart_facilities
