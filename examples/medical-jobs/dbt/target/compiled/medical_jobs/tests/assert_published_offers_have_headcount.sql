select Id
from `medical-lake`.`salesforce_raw`.`JobOffer__c`
where Status__c = '公開'
    and Headcount__c < 1