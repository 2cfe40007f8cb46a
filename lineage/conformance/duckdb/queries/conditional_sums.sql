select
    account_id,
    sum(case when has_dormitory then salary_min else 0 end) as with_dormitory,
    count(*) filter (where status = '公開') as published,
    count(distinct case when night_shifts_per_month > 4 then facility_id end) as busy,
    coalesce(max(expires_on), min(created_at)::date) as until
from intermediate.int_job_offers_enriched
group by account_id
