select
    application_id,
    count(*) as interview_count,
    max(interview_at) as last_interview_at,
    avg(score) as average_score,
    array_agg(
        struct(interview_id, interview_at, interview_round, interview_format, result, score)
        order by interview_round
    ) as interviews
from `medical-lake`.`staging`.`stg_salesforce__interviews`
where result != 'キャンセル'
group by application_id