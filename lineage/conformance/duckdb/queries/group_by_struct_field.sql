select one.interview_format, count(*) as n, avg(one.score) as score
from (select unnest(interviews) as one from intermediate.int_interviews_by_application)
where one.result is not null
group by one.interview_format
