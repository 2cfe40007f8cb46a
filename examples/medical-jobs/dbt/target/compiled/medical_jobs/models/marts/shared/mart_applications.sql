

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
from `medical-lake`.`intermediate`.`int_applications_current` as applications
left join `medical-lake`.`intermediate`.`int_interviews_by_application` as interviews
    on applications.application_id = interviews.application_id
