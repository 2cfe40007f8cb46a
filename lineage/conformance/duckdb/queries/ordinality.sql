select s.job_seeker_id, u.place, u.n
from intermediate.int_job_seekers_deduplicated as s, unnest(string_split(s.desired_prefectures, ';')) with ordinality as u (place, n)
