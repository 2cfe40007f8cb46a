select q.application_id, one.*
from intermediate.int_interviews_by_application as q, (select unnest(q.interviews) as interview) as lists, (select unnest(lists.interview)) as one
