-- A person who applies again to the same offer counts once.
select *
from `medical-lake`.`intermediate`.`int_applications_joined`
where job_seeker_id in (select job_seeker_id from `medical-lake`.`intermediate`.`int_job_seekers_deduplicated`)
qualify row_number() over (
    partition by job_offer_id, job_seeker_id
    order by stage_order desc, stage_changed_at desc, application_id
) = 1