select (select count(*) from (select profession from mart_shared.mart_job_offers_v2 group by profession)) as professions, stage
from reference.application_stages
