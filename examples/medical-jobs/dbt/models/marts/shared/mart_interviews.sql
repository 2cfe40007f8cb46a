select
    by_application.application_id,
    interview.interview_id,
    interview.interview_at,
    interview.interview_round,
    interview.interview_format,
    interview.result,
    interview.score
from {{ ref('int_interviews_by_application') }} as by_application
cross join {{ unnest_as('by_application.interviews', 'interview') }}
