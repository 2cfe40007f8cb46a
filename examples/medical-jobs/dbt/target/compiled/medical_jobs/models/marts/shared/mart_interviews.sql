select
    by_application.application_id,
    interview.interview_id,
    interview.interview_at,
    interview.interview_round,
    interview.interview_format,
    interview.result,
    interview.score
from `medical-lake`.`intermediate`.`int_interviews_by_application` as by_application
cross join unnest(by_application.interviews) as interview