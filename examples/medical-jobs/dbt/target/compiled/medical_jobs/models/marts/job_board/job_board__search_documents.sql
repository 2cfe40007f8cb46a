-- What the site's search box finds: offers and facilities in one table.
select
    job_offer_id as document_id,
    'job_offer' as document_type,
    title as heading,
    profession || ' ' || department || ' ' || coalesce(description, '') as body
from `medical-lake`.`mart_shared`.`mart_job_offers_v2`
where status = '公開'

union all

select
    facility_id,
    'facility',
    facility_name,
    facility_type || ' ' || prefecture || ' ' || coalesce(Departments__c, '')
from `medical-lake`.`mart_shared`.`mart_facilities`