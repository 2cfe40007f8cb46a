select a.application_id, a.applied_at, o.opportunity_name, o.amount
from staging.stg_salesforce__applications as a
asof left join staging.stg_salesforce__opportunities as o
    on a.job_seeker_id = o.job_seeker_id and a.applied_at <= o.updated_at
