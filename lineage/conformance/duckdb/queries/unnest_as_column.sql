select s.job_seeker_id, place
from intermediate.int_job_seekers_deduplicated as s, (select unnest(string_split(s.desired_prefectures, ';'))) as u (place)
where place <> '東京都'
