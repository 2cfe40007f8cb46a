select
    accounts.account_id,
    accounts.account_name,
    accounts.account_rank,
    accounts.contract_status,
    accounts.contract_started_on,
    cast(accounts.fee_rate as numeric) as fee_rate,
    accounts.sales_area,
    accounts.total_beds,
    coalesce(opportunities.won_count, 0) as won_count,
    cast(coalesce(opportunities.won_fee_amount, 0) as numeric) as won_fee_amount,
    opportunities.last_won_on
from {{ ref('stg_salesforce__accounts') }} as accounts
left join {{ ref('int_opportunities_by_account') }} as opportunities using (account_id)
