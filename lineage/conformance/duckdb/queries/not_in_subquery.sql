select prefecture_name, region in (select region from mart_shared.mart_facilities where bed_count > 200) as has_big
from reference.prefectures
where prefecture_name not in (select prefecture from mart_shared.mart_facilities where prefecture is not null)
