with packed as (
    select facility_id, list({'title': title, 'pay': {'low': salary_min, 'high': salary_max}} order by job_offer_id) as offers
    from mart_shared.mart_job_offers_v2 group by facility_id
),
opened as (select facility_id, unnest(offers) as offer from packed)
select facility_id, offer.title, offer.pay.high as high, (offer).pay as pay from opened
