select *
from (select account_id, account_name, account_rank from mart_shared.mart_accounts) as a
natural join (select account_id, won_count, last_won_on from intermediate.int_opportunities_by_account) as o
