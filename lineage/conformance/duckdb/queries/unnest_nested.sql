select application_id, list_distinct(array_agg(one.interview_format order by one.interview_at)) as formats
from (select application_id, unnest(interviews) as one from intermediate.int_interviews_by_application)
group by application_id
