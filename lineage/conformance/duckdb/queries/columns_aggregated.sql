select max(columns(* exclude (account_id, last_won_on))) from intermediate.int_opportunities_by_account
