select interviews.list_transform(lambda i: i.score).list_sum() as total, application_id
from intermediate.int_interviews_by_application
