-- The portal's settings page shows whatever Salesforce holds of a facility.
select * except (account_rank, Open_Job_Count__c, Publishable__c)
from `medical-lake`.`mart_shared`.`mart_facilities`