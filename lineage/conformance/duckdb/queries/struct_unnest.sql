select q.application_id, i.score, i.result, u.*
from intermediate.int_interviews_by_application as q, unnest(q.interviews) as u (i)
