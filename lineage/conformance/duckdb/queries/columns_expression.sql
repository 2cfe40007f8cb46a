select account_id, columns('.*_count$'), columns(lambda c: c like 'won_fee%') + 1
from intermediate.int_opportunities_by_account
