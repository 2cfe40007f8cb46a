select cast(date_day as date) as date_day
from unnest(generate_date_array(date '2025-01-01', date '2026-12-31')) as date_day