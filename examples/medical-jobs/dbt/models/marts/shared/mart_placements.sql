-- Won opportunities with the offer and the person that they placed.
select
    opportunities.opportunity_id,
    opportunities.account_id,
    job_offers.job_offer_id,
    job_offers.profession,
    job_offers.prefecture,
    opportunities.job_seeker_id,
    job_seekers.registration_source,
    opportunities.placement_type,
    opportunities.amount as annual_salary,
    opportunities.net_fee_amount as fee_amount,
    opportunities.closed_on,
    opportunities.expected_start_on
from {{ ref('stg_salesforce__opportunities') }} as opportunities
inner join {{ ref('int_job_offers_enriched') }} as job_offers
    on opportunities.job_offer_id = job_offers.job_offer_id
left join {{ ref('int_job_seekers_deduplicated') }} as job_seekers
    on opportunities.job_seeker_id = job_seekers.job_seeker_id
where opportunities.is_won
