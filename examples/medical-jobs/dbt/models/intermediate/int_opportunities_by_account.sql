select
    account_id,
    count(*) as opportunity_count,
    count(case when is_won then 1 end) as won_count,
    sum(case when is_won then net_fee_amount else 0 end) as won_fee_amount,
    max(case when is_won then closed_on end) as last_won_on
from {{ ref('stg_salesforce__opportunities') }}
where is_closed
group by account_id
