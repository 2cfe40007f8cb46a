select
    facility_id,
    arg_max(title, salary_min) as best_title,
    max_by(profession, created_at) as last_profession,
    string_agg(title, '・' order by job_offer_id) as titles,
    list(distinct employment_type order by employment_type) as kinds,
    quantile_cont(salary_min, 0.5) as median,
    any_value(prefecture order by updated_at) as prefecture,
    bool_or(has_dormitory) as dormitory,
    histogram(status) as statuses
from mart_shared.mart_job_offers_v2
group by facility_id
