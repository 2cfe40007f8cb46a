with  __dbt__cte__int_active_accounts as (


select
    account_id,
    account_name,
    account_rank,
    contract_status,
    sales_area
from `medical-lake`.`staging`.`stg_salesforce__accounts`
where contract_status in ('契約中', '更新交渉中')
), facilities as (

    select * from `medical-lake`.`staging`.`stg_salesforce__facilities`

),

accounts as (

    select * from __dbt__cte__int_active_accounts

),

prefectures as (

    select * from `medical-lake`.`reference`.`prefectures`

)

select
    facilities.*,
    accounts.account_name,
    accounts.account_rank,
    accounts.contract_status,
    prefectures.prefecture_code,
    prefectures.region
from facilities
inner join accounts
    on facilities.account_id = accounts.account_id
left join prefectures
    on facilities.prefecture = prefectures.prefecture_name