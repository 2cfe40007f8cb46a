with job_offers as (

    select * from `medical-lake`.`staging`.`stg_salesforce__job_offers`

),

facilities as (

    select * from `medical-lake`.`intermediate`.`int_facilities_enriched`

),

funnel as (

    select * from `medical-lake`.`intermediate`.`int_application_funnel`

)

select
    job_offers.job_offer_id,
    job_offers.job_offer_number,
    job_offers.facility_id,
    facilities.account_id,
    job_offers.title,
    job_offers.profession,
    job_offers.employment_type,
    job_offers.salary_type,
    job_offers.salary_min,
    coalesce(job_offers.salary_max, job_offers.salary_min) as salary_max,
    job_offers.annual_salary_min,
    case
        when job_offers.annual_salary_min >= 10000000 then '1000万円以上'
        when job_offers.annual_salary_min >= 6000000 then '600万円以上'
        when job_offers.annual_salary_min >= 4000000 then '400万円以上'
        when job_offers.annual_salary_min is not null then '400万円未満'
    end as salary_band,
    job_offers.status,
    job_offers.published_at,
    job_offers.expires_on,
    job_offers.working_hours,
    job_offers.night_shifts_per_month,
    job_offers.holidays_per_year,
    job_offers.required_experience_years,
    coalesce(job_offers.department, '不問') as department,
    job_offers.description,
    job_offers.has_dormitory,
    job_offers.priority,
    job_offers.external_code,
    facilities.facility_name,
    facilities.facility_type,
    facilities.prefecture,
    facilities.region,
    facilities.account_rank,
    facilities.Publishable__c as is_facility_publishable,
    coalesce(funnel.application_count, 0) as application_count,
    coalesce(funnel.hire_count, 0) as hire_count,
    job_offers.created_at,
    job_offers.updated_at
from job_offers
inner join facilities
    on job_offers.facility_id = facilities.facility_id
left join funnel
    on job_offers.job_offer_id = funnel.job_offer_id