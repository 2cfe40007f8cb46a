select
    applications.application_id,
    applications.job_seeker_id,
    applications.job_offer_id,
    job_offers.facility_id,
    job_offers.title as job_offer_title,
    applications.stage,
    applications.channel,
    applications.applied_at,
    applications.offered_salary,
    applications.interview_count,
    applications.last_interview_at
from {{ ref('mart_applications') }} as applications
inner join {{ ref('mart_job_offers') }} as job_offers using (job_offer_id)
where exists (
    select 1
    from {{ ref('clinic_portal__candidates') }} as candidates
    where candidates.job_seeker_id = applications.job_seeker_id
)
