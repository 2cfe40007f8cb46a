select * exclude (email, phone_number) replace (upper(contact_name) as contact_name) rename (job_title as title)
from staging.stg_salesforce__contacts
