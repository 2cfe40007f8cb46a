{{ config(
    materialized='incremental',
    unique_key='application_id',
    incremental_strategy='merge',
    on_schema_change='append_new_columns',
    partition_by={'field': 'applied_on', 'data_type': 'date'} if target.type == 'bigquery' else none,
    cluster_by=['job_offer_id'],
) }}

select
    applications.application_id,
    applications.application_number,
    applications.job_offer_id,
    applications.job_seeker_id,
    applications.stage,
    applications.is_final,
    applications.channel,
    applications.applied_on,
    applications.applied_at,
    applications.offered_salary,
    applications.salary_gap,
    applications.expected_start_on,
    coalesce(interviews.interview_count, 0) as interview_count,
    interviews.last_interview_at,
    interviews.average_score,
    applications.updated_at
from {{ ref('int_applications_current') }} as applications
left join {{ ref('int_interviews_by_application') }} as interviews
    on applications.application_id = interviews.application_id
{% if is_incremental() %}
where applications.updated_at > (select max(updated_at) from {{ this }})
{% endif %}
