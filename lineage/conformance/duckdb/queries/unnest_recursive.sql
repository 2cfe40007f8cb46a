select application_id, unnest(interviews, recursive := true)
from intermediate.int_interviews_by_application
