-- One contact per facility: whoever decides, then whoever was spoken to last.
select
    facility_id,
    contact_id,
    contact_name,
    email,
    phone_number
from `medical-lake`.`staging`.`stg_salesforce__contacts`
where facility_id is not null
qualify row_number() over (
    partition by facility_id
    order by is_decision_maker desc, last_contacted_on desc, contact_id
) = 1