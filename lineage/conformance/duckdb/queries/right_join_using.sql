select stage, s.stage_order, a.stage as own_stage, count(*) as n
from staging.stg_salesforce__applications as a right join reference.application_stages as s using (stage)
group by stage, s.stage_order, a.stage
