select account_id, * like '%rank%', * glob 'contract*' from mart_shared.mart_accounts
