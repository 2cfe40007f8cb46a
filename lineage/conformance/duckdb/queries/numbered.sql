with numbered as (
    select facility_id, city, row_number() over (order by bed_count, facility_id) as n, rank() over (partition by prefecture order by Walk_Minutes__c) as r
    from mart_shared.mart_facilities
)
select city, n from numbered where r = 1 and n % 2 = 1
