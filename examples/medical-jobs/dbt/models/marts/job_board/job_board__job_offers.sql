select
    job_offers.job_offer_id,
    job_offers.facility_id,
    job_offers.title,
    job_offers.profession,
    job_offers.employment_type,
    job_offers.salary_type,
    job_offers.salary_min,
    job_offers.salary_max,
    job_offers.salary_band,
    job_offers.working_hours,
    job_offers.night_shifts_per_month,
    job_offers.holidays_per_year,
    job_offers.department,
    job_offers.description,
    job_offers.has_dormitory,
    job_offers.published_at,
    job_offers.expires_on,
    ranked.list_position
from {{ ref('mart_job_offers') }} as job_offers
inner join {{ ref('int_job_offers_ranked') }} as ranked
    on job_offers.job_offer_id = ranked.job_offer_id
where job_offers.is_facility_publishable
    and job_offers.expires_on >= {{ as_of() }}
