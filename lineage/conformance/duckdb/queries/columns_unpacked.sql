select account_id, coalesce(*columns('won_(count|fee).*')) as something from intermediate.int_opportunities_by_account
