select *
from {{ ref('int_job_offers_enriched') }}
where status != '下書き'
