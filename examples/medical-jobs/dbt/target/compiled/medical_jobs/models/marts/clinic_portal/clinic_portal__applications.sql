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
from `medical-lake`.`mart_shared`.`mart_applications` as applications
inner join `medical-lake`.`mart_shared`.`mart_job_offers_v2` as job_offers using (job_offer_id)
where exists (
    select 1
    from `medical-lake`.`mart_clinic_portal`.`clinic_portal__candidates` as candidates
    where candidates.job_seeker_id = applications.job_seeker_id
)