select facility_id, case prefecture when '東京都' then city else region end as place, nullif(facility_type, account_rank) as kind
from mart_shared.mart_facilities
where exists (select 1 from reference.prefectures where prefecture_code = 13)
