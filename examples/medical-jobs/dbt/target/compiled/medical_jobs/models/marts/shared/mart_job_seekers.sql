with desired as (

    select
        job_seeker_id,
        count(*) as desired_prefecture_count,
        min(desired_region) as desired_region
    from `medical-lake`.`intermediate`.`int_job_seeker_desired_prefectures`
    group by job_seeker_id

)

select
    job_seekers.job_seeker_id,
    job_seekers.job_seeker_number,
    job_seekers.full_name,
    job_seekers.full_name_kana,
    job_seekers.email,
    job_seekers.profession,
    job_seekers.experience_years,
    job_seekers.prefecture,
    job_seekers.desired_salary,
    job_seekers.desired_employment_type,
    job_seekers.registration_source,
    job_seekers.status,
    date(job_seekers.registered_at, 'Asia/Tokyo') as registered_on,
    coalesce(desired.desired_prefecture_count, 0) as desired_prefecture_count,
    desired.desired_region,
    job_seekers.updated_at
from `medical-lake`.`intermediate`.`int_job_seekers_deduplicated` as job_seekers
left join desired
    on job_seekers.job_seeker_id = desired.job_seeker_id