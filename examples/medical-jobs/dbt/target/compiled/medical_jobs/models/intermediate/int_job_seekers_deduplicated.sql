-- The same person often registers twice; the newest registration stands.
with job_seekers as (

    select * from `medical-lake`.`staging`.`stg_salesforce__job_seekers`
    where not is_test_record
        and privacy_consent_at is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by email
            order by registered_at desc, job_seeker_id
        ) as registration_rank
    from job_seekers

)

select
    job_seeker_id,
    job_seeker_number,
    full_name,
    full_name_kana,
    email,
    birth_date,
    profession,
    license_acquired_on,
    experience_years,
    prefecture,
    desired_prefectures,
    desired_salary,
    desired_employment_type,
    registered_at,
    registration_source,
    status,
    updated_at
from ranked
where registration_rank = 1