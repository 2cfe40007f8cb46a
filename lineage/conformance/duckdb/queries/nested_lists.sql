select application_id, [[i.score, length(i.result)] for i in interviews if i.interview_round > 1] as nested
from intermediate.int_interviews_by_application
