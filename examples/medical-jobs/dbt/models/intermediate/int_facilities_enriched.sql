with facilities as (

    select * from {{ ref('stg_salesforce__facilities') }}

),

accounts as (

    select * from {{ ref('int_active_accounts') }}

),

prefectures as (

    select * from {{ ref('prefectures') }}

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
