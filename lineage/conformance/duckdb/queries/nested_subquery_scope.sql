select account_id, account_name
from mart_shared.mart_accounts as a
where exists (
    select 1 from mart_shared.mart_facilities
    where account_id = a.account_id and exists (
        select 1 from mart_shared.mart_job_offers_v2 as o where o.facility_id = mart_facilities.facility_id and o.account_rank = a.account_rank
    )
)
