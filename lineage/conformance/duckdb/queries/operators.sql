select
    facility_id::varchar as id,
    try_cast(postal_code as integer) as code,
    bed_count::double / nullif(Walk_Minutes__c, 0) as ratio,
    date_trunc('month', Opened_On__c) as opened,
    extract(year from Opened_On__c) as year_opened,
    Opened_On__c + interval (Walk_Minutes__c) day as later,
    strftime(updated_at at time zone 'UTC', '%Y') as updated,
    facility_name ~ '病院' and prefecture not like '東%' as hospital,
    bed_count // 10 as tens, bed_count ** 2 as square,
    if(Nursery_Available__c, city, street_address) as shown
from mart_shared.mart_facilities
