select account_id, measure, figure
from (select account_id, opportunity_count, won_count from intermediate.int_opportunities_by_account)
unpivot (figure for measure in (opportunity_count as all_of_them, won_count))
