with facilities as (

    select
        account_id,
        count(*) as facility_count,
        sum(Open_Job_Count__c) as open_job_count
    from {{ ref('mart_facilities') }}
    group by account_id

)

select
    accounts.account_id,
    accounts.account_name,
    accounts.sales_area,
    facilities.facility_count,
    facilities.open_job_count,
    accounts.won_count,
    accounts.won_fee_amount,
    case
        when facilities.open_job_count = 0 then '要フォロー'
        when accounts.won_count = 0 then '成約なし'
        else '順調'
    end as health
from {{ ref('mart_accounts') }} as accounts
inner join facilities using (account_id)
