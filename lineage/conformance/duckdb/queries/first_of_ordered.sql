select
    p.prefecture_name,
    (select f.facility_name from mart_shared.mart_facilities as f where f.prefecture = p.prefecture_name order by f.bed_count desc, f.facility_id limit 1) as biggest
from reference.prefectures as p
