select application_id,
    list_reduce([i.score for i in interviews], lambda a, b: a + b) as total,
    list_sort(list_transform(interviews, lambda i, n: i.interview_round + n)) as rounds,
    list_contains(list_transform(interviews, lambda i: i.result), '合格') as passed,
    array_length(list_filter(interviews, lambda i: i.interview_format = '対面')) as in_person
from intermediate.int_interviews_by_application
