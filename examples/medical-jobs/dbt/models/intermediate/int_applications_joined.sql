with applications as (

    select * from {{ ref('stg_salesforce__applications') }}

),

stages as (

    select * from {{ ref('application_stages') }}

)

select
    applications.application_id,
    applications.application_number,
    applications.job_offer_id,
    applications.job_seeker_id,
    stage,
    stages.stage_order,
    stages.is_final,
    applications.applied_at,
    applications.applied_on,
    applications.stage_changed_at,
    applications.channel,
    applications.rejection_reason,
    applications.offered_salary,
    applications.salary_gap,
    applications.expected_start_on,
    applications.updated_at
from applications
inner join stages using (stage)
