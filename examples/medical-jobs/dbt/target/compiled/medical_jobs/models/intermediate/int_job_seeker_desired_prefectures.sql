-- One row per job seeker and desired prefecture.
select
    job_seekers.job_seeker_id,
    desired_prefecture,
    prefectures.region as desired_region
from `medical-lake`.`intermediate`.`int_job_seekers_deduplicated` as job_seekers
cross join unnest(split(job_seekers.desired_prefectures, ';')) as desired_prefecture
left join `medical-lake`.`reference`.`prefectures` as prefectures
    on desired_prefecture = prefectures.prefecture_name