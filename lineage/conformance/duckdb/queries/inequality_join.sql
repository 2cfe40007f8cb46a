select a.facility_id, count(b.facility_id) as bigger
from mart_shared.mart_facilities as a left join mart_shared.mart_facilities as b
    on a.prefecture = b.prefecture and a.bed_count < b.bed_count
group by a.facility_id
