select application_id, unnest(interviews).score as score, unnest(interviews).interview_format as interview_format
from intermediate.int_interviews_by_application
