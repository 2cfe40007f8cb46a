select s.stage, p.region
from reference.application_stages as s
positional join reference.prefectures as p
