with contacts as (

    select
        facility_id,
        contact_name
    from {{ ref('int_facility_primary_contacts') }}

)

select
    facilities.facility_id,
    facilities.facility_name,
    facilities.account_name as corporation_name,
    facilities.facility_type,
    facilities.prefecture_code,
    facilities.prefecture,
    facilities.city,
    facilities.street_address,
    facilities.Nearest_Station__c as nearest_station,
    facilities.Walk_Minutes__c as walk_minutes,
    facilities.Parking_Spaces__c as parking_spaces,
    facilities.Nursery_Available__c as has_nursery,
    facilities.bed_count,
    facilities.Website_URL__c as website_url,
    contacts.contact_name as recruiter_name
from {{ ref('mart_facilities') }} as facilities
left join contacts
    on facilities.facility_id = contacts.facility_id
where facilities.Publishable__c
