select id: facility_id, beds: bed_count + 1 from place: mart_shared.mart_facilities where place.bed_count > 10
