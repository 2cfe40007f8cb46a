-- The portal's settings page shows whatever Salesforce holds of a facility.
select {{ star_except(['account_rank', 'Open_Job_Count__c', 'Publishable__c']) }}
from {{ ref('mart_facilities') }}
