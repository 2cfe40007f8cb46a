{{ config(materialized='ephemeral') }}

select
    account_id,
    account_name,
    account_rank,
    contract_status,
    sales_area
from {{ ref('stg_salesforce__accounts') }}
where contract_status in ('契約中', '更新交渉中')
