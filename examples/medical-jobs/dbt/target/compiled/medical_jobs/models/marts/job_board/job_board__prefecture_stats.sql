select
    prefecture,
    profession,
    count(*) as job_offer_count,
    min(annual_salary_min) as lowest_annual_salary,
    avg(annual_salary_min) as average_annual_salary
from `medical-lake`.`mart_shared`.`mart_job_offers_v2`
where status = '公開'
group by prefecture, profession
order by prefecture, profession