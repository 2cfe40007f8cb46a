select *
from `medical-lake`.`intermediate`.`int_job_offers_enriched`
where status != '下書き'