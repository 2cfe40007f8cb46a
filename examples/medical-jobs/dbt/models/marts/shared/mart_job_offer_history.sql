select
    job_offer_id,
    status,
    salary_min,
    salary_max,
    dbt_valid_from as valid_from,
    dbt_valid_to as valid_to,
    dbt_valid_to is null as is_current
from {{ ref('job_offers_snapshot') }}
