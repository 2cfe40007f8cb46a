unpivot (select account_id, opportunity_count, won_count from intermediate.int_opportunities_by_account)
on opportunity_count, won_count into name kind value amount
