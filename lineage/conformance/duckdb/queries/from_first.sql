from mart_shared.mart_facilities as f
select f.facility_id, bed_count * 2 as double_beds, double_beds + 1 as more_beds
where double_beds > 100
