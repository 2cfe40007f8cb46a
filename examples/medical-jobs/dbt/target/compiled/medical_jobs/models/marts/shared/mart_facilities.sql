select *
from `medical-lake`.`intermediate`.`int_facilities_enriched`
where contract_status = '契約中'