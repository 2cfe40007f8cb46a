-- What a clinic may see of a job seeker before the person agrees to an
-- interview: no name, no contact.
select
    job_seekers.job_seeker_id,
    job_seekers.job_seeker_number as display_name,
    job_seekers.profession,
    case
        when job_seekers.experience_years >= 10 then 'ベテラン'
        when job_seekers.experience_years >= 3 then '中堅'
        else '若手'
    end as experience_level,
    job_seekers.experience_years,
    job_seekers.prefecture,
    job_seekers.desired_region,
    cast(floor(job_seekers.desired_salary / 10000) as INT64) as desired_salary_man_yen,
    job_seekers.desired_employment_type,
    job_seekers.registered_on
from `medical-lake`.`mart_shared`.`mart_job_seekers` as job_seekers
where job_seekers.status in ('新規', '活動中', '内定')