select FACILITY_ID, "Facility_Name", F.parking_spaces__C as spaces, f."BED_COUNT"
from mart_shared.MART_FACILITIES as F
