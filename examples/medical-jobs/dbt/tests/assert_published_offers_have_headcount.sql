select Id
from {{ source('salesforce', 'JobOffer__c') }}
where Status__c = '公開'
    and Headcount__c < 1
