select title, contact_name, email, priority
from mart_shared.mart_job_offers_v2 join intermediate.int_facility_primary_contacts using (facility_id)
where salary_min > 1000
