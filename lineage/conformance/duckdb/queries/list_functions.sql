select
    application_id,
    list_transform(interviews, lambda i: i.score) as scores,
    [i.interview_format for i in interviews if i.score > 2] as formats,
    list_filter(interviews, lambda i: i.result = '合格')[1].interview_id as first_passed,
    interviews[1].interview_at as first_at,
    interviews[-1].score as last_score,
    len(interviews) as interview_count
from intermediate.int_interviews_by_application
