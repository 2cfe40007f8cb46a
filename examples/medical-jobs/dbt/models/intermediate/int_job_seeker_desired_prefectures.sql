-- One row per job seeker and desired prefecture.
select
    job_seekers.job_seeker_id,
    desired_prefecture,
    prefectures.region as desired_region
from {{ ref('int_job_seekers_deduplicated') }} as job_seekers
cross join {{ unnest_as(picklist_values('job_seekers.desired_prefectures'), 'desired_prefecture') }}
left join {{ ref('prefectures') }} as prefectures
    on desired_prefecture = prefectures.prefecture_name
