select cast(date_day as date) as date_day
from {{ unnest_as(days('2025-01-01', '2026-12-31'), 'date_day') }}
