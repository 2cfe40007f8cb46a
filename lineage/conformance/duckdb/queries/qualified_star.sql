select c.* exclude (account_id), a.* replace (lower(account_name) as account_name)
from staging.stg_salesforce__contacts as c
left join staging.stg_salesforce__accounts as a using (account_id)
