-- The order of the search results: priority first, then rank of the account,
-- then pay among offers of the same profession.
select
    job_offer_id,
    row_number() over (
        order by
            case priority when '高' then 1 when '中' then 2 else 3 end,
            account_rank,
            published_at desc,
            job_offer_id
    ) as list_position,
    percent_rank() over salary_order as salary_percentile
from `medical-lake`.`intermediate`.`int_job_offers_enriched`
where status = '公開'
window salary_order as (partition by profession order by annual_salary_min)