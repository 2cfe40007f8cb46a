-- What the site's search box finds: offers and facilities in one table.
select
    job_offer_id as document_id,
    'job_offer' as document_type,
    title as heading,
    {{ dbt.concat(["profession", "' '", "department", "' '", "coalesce(description, '')"]) }} as body
from {{ ref('mart_job_offers') }}
where status = '公開'

union all

select
    facility_id,
    'facility',
    facility_name,
    {{ dbt.concat(["facility_type", "' '", "prefecture", "' '", "coalesce(Departments__c, '')"]) }}
from {{ ref('mart_facilities') }}
